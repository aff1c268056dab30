using System.Text.RegularExpressions;

namespace Lockkeeper.ConventionTests;

public sealed partial class SourceTests
{
    private static readonly HashSet<string> Empty =
        ["Core", "Common", "Util", "Utils", "Utilities", "Helper", "Helpers", "Manager", "Info", "Data", "Service", "Misc"];

    // The runtime's own word for where connections come from, and the name of the library that one of ours extends.
    private static readonly string[] Forced = ["DataSource", "EntityFrameworkCore"];

    [Fact]
    public void There_is_no_note_to_oneself_in_the_source() => Assert.DoesNotContain(
        Repository.Sources("src").Concat(Repository.Sources("tests")), file => NoteRegex().IsMatch(File.ReadAllText(file)));

    [Fact]
    public void No_type_has_a_word_in_its_name_that_says_nothing() => Assert.DoesNotContain(
        Repository.Sources("src").Select(file => Path.GetFileNameWithoutExtension(file)), SaysNothing);

    [Fact]
    public void No_folder_has_a_word_in_its_name_that_says_nothing() => Assert.DoesNotContain(
        Repository.Sources("src").Select(file => Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, file))!).Distinct()
            .SelectMany(folder => folder.Split(Path.DirectorySeparatorChar, '.')).Distinct(),
        SaysNothing);

    [Fact]
    public void A_file_is_named_for_the_one_type_in_it() => Assert.Empty(
        from file in Repository.Sources("src")
        let types = TypeRegex().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value).ToHashSet()
        where types.Count > 1 || (types.Count == 1 && !IsNamedFor(Path.GetFileNameWithoutExtension(file), types.Single()))
        select Path.GetRelativePath(Repository.Root, file));

    [Theory]
    [InlineData("ConnectionInfo", true)]
    [InlineData("DataReader", true)]
    [InlineData("ServerDataSource", false)]
    [InlineData("Database", false)]
    [InlineData("Scoreboard", false)]
    public void The_words_are_told_apart(string name, bool saysNothing) => Assert.Equal(saysNothing, SaysNothing(name));

    // Question and Question<T> are two files; a generic one is called QuestionOf.
    private static bool IsNamedFor(string file, string type) => file == type || file == $"{type}Of";

    private static bool SaysNothing(string? name) => WordRegex()
        .Matches(Forced.Aggregate(name ?? "", (rest, word) => rest.Replace(word, "", StringComparison.Ordinal)))
        .Any(word => Empty.Contains(word.Value));

    [GeneratedRegex("/{2}.*\\b(TODO|FIXME|HACK|XXX)\\b")]
    private static partial Regex NoteRegex();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex WordRegex();

    [GeneratedRegex(
        "^(?:public|internal)(?: (?:sealed|abstract|static|partial|readonly))*(?: record)?(?: (?:class|struct|enum|interface))? (?!record|class|struct)(\\w+)[<( :;\\r\\n{]",
        RegexOptions.Multiline)]
    private static partial Regex TypeRegex();
}
