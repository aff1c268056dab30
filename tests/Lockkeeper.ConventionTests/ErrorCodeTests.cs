using System.Text.RegularExpressions;

namespace Lockkeeper.ConventionTests;

/// <summary>Every code has one meaning and a page of its own.</summary>
public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Every_code_has_a_page_and_every_page_a_code()
    {
        var codes = Used().Select(use => use.Code).Distinct().Order(StringComparer.Ordinal);
        var pages = Directory.EnumerateFiles(Repository.Folder("docs", "errors"), "LK*.md").Select(file => Path.GetFileNameWithoutExtension(file)!);

        Assert.Equal(codes, pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_page_begins_with_its_code_and_says_what_is_true_and_what_to_do() => Assert.All(
        Directory.EnumerateFiles(Repository.Folder("docs", "errors"), "LK*.md"),
        file =>
        {
            var page = File.ReadAllText(file);
            Assert.StartsWith($"# {Path.GetFileNameWithoutExtension(file)}: ", page, StringComparison.Ordinal);
            Assert.Matches("\\*\\*(Now true of the database|What is true now|What is now true of the database):\\*\\*", page);
            Assert.Matches("(?i)what to do", page);
        });

    [Fact]
    public void No_code_has_two_meanings()
    {
        // A failure is made where its code is followed by what is said; elsewhere codes are only compared.
        var made = Repository.Sources("src").Select(File.ReadAllText)
            .SelectMany(text => MadeRegex().Matches(text).Select(match => match.Groups[1].Value)).ToList();

        Assert.NotEmpty(made);
        Assert.Empty(made.GroupBy(code => code).Where(uses => uses.Count() > 1).Select(uses => uses.Key));
    }

    private static IEnumerable<(string Code, string File)> Used() =>
        from file in Repository.Sources("src")
        from match in CodeRegex().Matches(File.ReadAllText(file))
        select (match.Groups[1].Value, file);

    [GeneratedRegex("\"(LK\\d{4})\"")]
    private static partial Regex CodeRegex();

    [GeneratedRegex("(?:=> new\\(|Refused\\(|Failed\\()\\s*\"(LK\\d{4})\"")]
    private static partial Regex MadeRegex();
}
