using System.Text.RegularExpressions;

namespace Lockkeeper.ConventionTests;

/// <summary>The page on how the server locks names the tests that show what the library does about it.</summary>
public sealed partial class ScenarioPageTests
{
    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var tests = string.Join('\n', Repository.Sources("tests/Lockkeeper.BulkWriteTests").Select(File.ReadAllText));
        var named = File.ReadLines(Repository.Folder("docs", "bulk-write", "scenarios.md"))
            .Where(line => line.StartsWith('|'))
            .SelectMany(line => TestRegex().Matches(line.Split('|')[^2]).Select(match => match.Groups[1].Value))
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains($" {name}(int version", tests, StringComparison.Ordinal));
    }

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex TestRegex();
}
