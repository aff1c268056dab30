using System.Reflection;

namespace Lockkeeper.ConventionTests;

/// <summary>The public surface is a file that reviewers see; LOCKKEEPER_ACCEPT=1 writes it anew, and is refused in CI.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Names => [.. Repository.Assemblies.Select(a => a.GetName().Name!)];

    [Theory, MemberData(nameof(Names))]
    public void The_public_surface_is_the_committed_one(string name)
    {
        var assembly = Repository.Assemblies.Single(a => a.GetName().Name == name);
        var path = Repository.Folder("tests", "Lockkeeper.ConventionTests", "baselines", $"{name}.txt");
        var actual = string.Concat(Describe(assembly).Select(line => line + "\n"));
        if (IsAccepted())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{name} has no baseline. Run the tests once with LOCKKEEPER_ACCEPT=1.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static bool IsAccepted()
    {
        var accepted = Environment.GetEnvironmentVariable("LOCKKEEPER_ACCEPT") == "1";
        Assert.False(
            accepted && string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase),
            "Where nobody looks, nothing is accepted.");
        return accepted;
    }

    private static IEnumerable<string> Describe(Assembly assembly) =>
        from type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal)
        from line in type
            .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => m is not MethodInfo { IsSpecialName: true } && !m.Name.StartsWith('<'))
            .Select(m => $"{type.FullName}  {m}")
            .Order(StringComparer.Ordinal)
        select line;
}
