using System.Text.RegularExpressions;

namespace Lockkeeper.ConventionTests;

/// <summary>The pages that compare us with pgroll name tests, and these exist.</summary>
public sealed partial class PgrollPagesTests
{
    private const int Defects = 24;

    [Theory]
    [InlineData("pgroll-defects.md")]
    [InlineData("pgroll-errors.md")]
    public void Every_test_on_the_page_exists(string page)
    {
        var named = Named(File.ReadAllText(Repository.Folder("docs", page)));

        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.True(Exists(test.Class, test.Method), $"There is no {test.Class}.{test.Method}."));
    }

    [Fact]
    public void Every_defect_has_its_line_and_every_line_but_one_a_test()
    {
        var lines = File.ReadAllLines(Repository.Folder("docs", "pgroll-defects.md"))
            .SkipWhile(line => line != "## Correctness").TakeWhile(line => line != "## What its users ask for")
            .Where(line => NumberRegex().IsMatch(line)).ToList();

        Assert.Equal(Enumerable.Range(0, Defects), lines.Select(line => int.Parse(NumberRegex().Match(line).Groups[1].Value, null)));

        // What does not exist here cannot be wrong.
        Assert.Equal([18], lines.Where(line => Named(line).Count == 0).Select(line => int.Parse(NumberRegex().Match(line).Groups[1].Value, null)));
    }

    private static IReadOnlyCollection<(string Class, string Method)> Named(string text) =>
        [.. TestRegex().Matches(text).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    private static bool Exists(string @class, string method) => Repository.Sources("tests")
        .Where(file => Path.GetFileNameWithoutExtension(file) == @class)
        .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"(\w+Tests)\.(\w+)")]
    private static partial Regex TestRegex();

    [GeneratedRegex(@"^\| (\d+) \|")]
    private static partial Regex NumberRegex();
}
