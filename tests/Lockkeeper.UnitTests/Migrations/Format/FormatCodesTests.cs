using System.Reflection;
using Lockkeeper.Migrations.Format;
using Lockkeeper.TestKit;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class FormatCodesTests
{
    [Fact]
    public void Every_code_is_listed_once()
    {
        var constants = typeof(FormatCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(constants.Order(StringComparer.Ordinal), FormatCodes.All.Order(StringComparer.Ordinal));
        Assert.Equal(FormatCodes.All.Length, FormatCodes.All.Distinct().Count());
    }

    [Fact]
    public void Every_code_has_a_page_that_says_what_is_true_of_the_database()
    {
        var pages = Path.Combine(RepositoryFolder.Find(), "docs", "errors");

        Assert.All(FormatCodes.All, code =>
        {
            var page = File.ReadAllText(Path.Combine(pages, $"{code}.md"));
            Assert.StartsWith($"# {code}: ", page, StringComparison.Ordinal);
            Assert.Contains("nothing was run", page, StringComparison.Ordinal);
        });
    }
}
