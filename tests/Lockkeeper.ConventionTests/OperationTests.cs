using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.ConventionTests;

/// <summary>An operation is a source file, a test file and a page.</summary>
public sealed class OperationTests
{
    [Fact]
    public void Every_operation_has_a_test_file() => Assert.All(OperationKinds.All, kind => Assert.True(
        File.Exists(Repository.Folder("tests", "Lockkeeper.PostgresTests", "Migrations", "Operations", $"{TypeName(kind)}Tests.cs")),
        $"{kind.Name} has no tests."));

    [Fact]
    public void Every_operation_passes_the_cycle() => Assert.All(OperationKinds.All, kind => Assert.Matches(
        "Cycle\\s*\\.Of\\(|Orders\\s*\\.Under\\(",
        File.ReadAllText(Repository.Folder("tests", "Lockkeeper.PostgresTests", "Migrations", "Operations", $"{TypeName(kind)}Tests.cs"))));

    [Fact]
    public void Every_operation_has_a_page_and_every_page_an_operation() => Assert.Equal(
        OperationKinds.All.Select(kind => $"{PageName(kind)}.md").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Repository.Folder("docs", "operations"), "*.md").Select(file => Path.GetFileName(file)!)
            .Where(name => name != "README.md").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_page_begins_with_the_operations_name() => Assert.All(OperationKinds.All, kind => Assert.StartsWith(
        $"# {kind.Name}\n", File.ReadAllText(Repository.Folder("docs", "operations", $"{PageName(kind)}.md")), StringComparison.Ordinal));

    private static string TypeName(OperationKind kind) =>
        string.Concat(kind.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string PageName(OperationKind kind) => kind.Name.Replace('_', '-');
}
