using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{ \"b\" : 1.50 , \"a\" : [ true , null ] , \"B\" : { } }", """{"B":{},"a":[true,null],"b":1.50}""")]
    [InlineData("\"\\u0041\\u00e9\\ud83d\\ude00\\/\"", "\"Aé😀/\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f<>&'\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f<>&'\"")]
    public void There_is_one_text_per_content(string json, string expected)
    {
        Assert.Equal(expected, CanonicalJson.Of(MigrationText.Parse(json, "m.json")));
        Assert.Equal(expected, CanonicalJson.Of(MigrationText.Parse(expected, "m.json")));
    }

    [Fact]
    public void YAML_booleans_and_nulls_have_the_words_of_JSON() =>
        Assert.Equal(
            """[true,true,false,false,null,null,"yes","~"]""",
            CanonicalJson.Of(MigrationText.Parse("[YES, on, No, false, ~, null, 'yes', '~']", "m.yaml")));
}
