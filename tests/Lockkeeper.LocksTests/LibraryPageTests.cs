using System.Text.RegularExpressions;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests;

/// <summary>What the page about the library shows is compiled by every build.</summary>
public sealed partial class LibraryPageTests
{
    [Fact]
    public void Every_sample_of_the_page_stands_in_the_project_that_is_compiled()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFolder.Find(), "docs", "locks", "library.md"));
        var samples = Directory.GetFiles(Path.Combine(RepositoryFolder.Find(), "samples", "Lockkeeper.LocksSample"), "*.cs")
            .Select(file => Bare(File.ReadAllText(file))).ToArray();
        var shown = SampleRegex().Matches(page).Select(sample => Bare(sample.Groups[1].Value)).ToArray();

        Assert.True(shown.Length >= 4, "The page has fewer samples than it had.");
        Assert.All(shown, sample => Assert.Contains(samples, compiled => compiled.Contains(sample, StringComparison.Ordinal)));
    }

    // How far a line is indented depends on what stands around it, and an expression may stand where a statement does.
    private static string Bare(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SampleRegex();
}
