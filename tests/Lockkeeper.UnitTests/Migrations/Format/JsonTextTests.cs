using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class JsonTextTests
{
    [Fact]
    public void Every_value_and_key_knows_its_line_and_column()
    {
        var root = Assert.IsType<MappingNode>(MigrationText.Parse("{\n  \"a\": [1,\n    true], \"é😀\": null}", "m.json"));

        var list = Assert.IsType<SequenceNode>(root.Entries[0].Value);
        Assert.Equal(new SourcePosition("m.json", 1, 1), root.At);
        Assert.Equal(new SourcePosition("m.json", 2, 3), root.Entries[0].KeyAt);
        Assert.Equal(new ScalarNode(new SourcePosition("m.json", 2, 9), "1", ScalarKind.Number), list.Items[0]);
        Assert.Equal(new ScalarNode(new SourcePosition("m.json", 3, 5), "true", ScalarKind.Boolean), list.Items[1]);
        Assert.Equal(new SourcePosition("m.json", 3, 12), root.Entries[1].KeyAt);
        Assert.Equal(new ScalarNode(new SourcePosition("m.json", 3, 18), "null", ScalarKind.Null), root.Entries[1].Value);
    }

    [Theory]
    [InlineData("", "LK1010: m.json:1:1: The file is empty. Write {\"operations\": [...]}, or delete it.")]
    [InlineData(" \n ", "LK1010: m.json:1:1: The file is empty. Write {\"operations\": [...]}, or delete it.")]
    [InlineData("{\"a\": [1,\n", "LK1001: m.json:2:1: The file ends in the middle of a value. Close every quote, bracket and brace.")]
    [InlineData("{\"a\": \"x", "LK1001: m.json:1:9: The file ends in the middle of a value. Close every quote, bracket and brace.")]
    [InlineData("{\"é\": 1 // no\n}", "LK1001: m.json:1:9: JSON has no comments. Remove the comment, or write the migration as YAML.")]
    [InlineData("{\"a\": 1,\n}", "LK1001: m.json:2:1: A comma stands before a closing bracket. Remove the comma.")]
    [InlineData("[1 , ]", "LK1001: m.json:1:6: A comma stands before a closing bracket. Remove the comma.")]
    [InlineData("{'a': 1}", "LK1001: m.json:1:2: JSON text is not written in single quotes. Use double quotes.")]
    [InlineData("{\"a\": \"x\ny\"}", "LK1001: m.json:1:9: JSON text cannot hold a line break or a tab. Write \\n or \\t, or use YAML for long SQL.")]
    [InlineData("{\"a\" 1}", "LK1001: m.json:1:6: \"1\" cannot stand here in JSON. Look for a missing comma, quote or bracket just before it.")]
    [InlineData("{\"a\": 1} x", "LK1001: m.json:1:10: \"x\" cannot stand here in JSON. Look for a missing comma, quote or bracket just before it.")]
    [InlineData("{\"a\": \"\\u0000\"}", "LK1001: m.json:1:7: This text holds U+0000, which PostgreSQL cannot store. Remove the escape.")]
    [InlineData("{\"a\": 1, \"b\": 2,\n \"a\": 3}", "LK1002: m.json:2:2: The key \"a\" is already given at m.json:1:2. Keep one of the two.")]
    [InlineData("{\"a\": \"\\ud800\"}", "LK1001: m.json:1:7: This text holds half a surrogate pair, which PostgreSQL cannot store. Write both halves of the escape, or the character itself.")]
    public void What_is_no_strict_JSON_is_refused_where_it_stands(string text, string expected) =>
        Assert.Equal(expected, Refused.Message(() => MigrationText.Parse(text, "m.json")));

    [Fact]
    public void A_file_deeper_than_the_limit_is_refused_and_one_at_the_limit_is_not()
    {
        static string Nested(int levels) => new string('[', levels) + new string(']', levels);

        MigrationText.Parse(Nested(FormatLimits.MaxDepth), "m.json");
        Assert.Equal(
            "LK1015: m.json:1:65: More than 64 levels lie inside one another here. No operation has that many; write it flatter.",
            Refused.Message(() => MigrationText.Parse(Nested(FormatLimits.MaxDepth + 1), "m.json")));
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_line() =>
        Assert.Equal(new SourcePosition("m.json", 1, 1), MigrationText.Parse("\uFEFF{}", "m.json").At);
}
