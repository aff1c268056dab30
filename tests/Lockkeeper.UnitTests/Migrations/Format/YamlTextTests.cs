using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class YamlTextTests
{
    [Fact]
    public void Every_value_and_key_knows_its_line_and_column()
    {
        var root = Assert.IsType<MappingNode>(MigrationText.Parse("# é\na:\n  - 1\n  - true\r\n\"é😀\": x\nb:\n", "m.yaml"));

        var list = Assert.IsType<SequenceNode>(root.Entries[0].Value);
        Assert.Equal(new SourcePosition("m.yaml", 2, 1), root.At);
        Assert.Equal(new SourcePosition("m.yaml", 2, 1), root.Entries[0].KeyAt);
        Assert.Equal(new ScalarNode(new SourcePosition("m.yaml", 3, 5), "1", ScalarKind.Number), list.Items[0]);
        Assert.Equal(new ScalarNode(new SourcePosition("m.yaml", 4, 5), "true", ScalarKind.Boolean), list.Items[1]);
        Assert.Equal(new ScalarNode(new SourcePosition("m.yaml", 5, 7), "x", ScalarKind.Text), root.Entries[1].Value);
        Assert.Equal(new ScalarNode(new SourcePosition("m.yaml", 6, 3), "", ScalarKind.Null), root.Entries[2].Value);
    }

    [Theory]
    [InlineData("", "LK1010: m.yaml:1:1: The file is empty. Write an \"operations\" list, or delete it.")]
    [InlineData("# nothing\n", "LK1010: m.yaml:1:1: The file is empty. Write an \"operations\" list, or delete it.")]
    [InlineData("a: 1\nb: 2\na: 3\n", "LK1002: m.yaml:3:1: The key \"a\" is already given at m.yaml:1:1. Keep one of the two.")]
    [InlineData("a: 1\n---\nb: 2\n", "LK1016: m.yaml:2:1: A second YAML document begins here. Write one migration per file.")]
    [InlineData("a: !secret x\n", "LK1016: m.yaml:1:4: The tag \"!secret\" is not supported. Remove it; to make a value text, put it in quotes.")]
    [InlineData("a: &x {b: c}\nd:\n  <<: *x\n", "LK1016: m.yaml:3:3: Merge keys (<<) are not supported. Write out the keys it would add; an alias may stand for a whole value.")]
    [InlineData("a: *x\n", "LK1016: m.yaml:1:4: The alias *x has no anchor &x before it. Write the value out.")]
    [InlineData("a: &x [*x]\n", "LK1016: m.yaml:1:8: The alias *x stands inside its own anchor. Write the value out.")]
    [InlineData("no: x\n", "LK1005: m.yaml:1:1: A key must be text, but no is a boolean. Put it in quotes: \"no\".")]
    [InlineData("a:\n  1: x\n", "LK1005: m.yaml:2:3: A key must be text, but 1 is a number. Put it in quotes: \"1\".")]
    [InlineData("? [a]\n: x\n", "LK1005: m.yaml:1:3: A key must be text, but it is a list. Write a plain name before the colon.")]
    [InlineData("a: 0x1F\n", "LK1005: m.yaml:1:4: YAML reads 0x1F as a number. Put it in quotes if text is meant: \"0x1F\"; write a number as JSON does, such as 12 or 0.5.")]
    [InlineData("a: b\u0000c: d", "LK1001: m.yaml:1:5: The character U+0000 cannot stand in this file. Remove it, or write it as an escape inside double quotes; is this a text file?")]
    [InlineData("a: b\u2028", "LK1001: m.yaml:1:5: The character U+2028 cannot stand in this file. Remove it, or write it as an escape inside double quotes; is this a text file?")]
    [InlineData("a: \"\\0\"", "LK1001: m.yaml:1:4: This text holds U+0000, which PostgreSQL cannot store. Remove the escape.")]
    public void What_is_refused_is_refused_where_it_stands(string text, string expected) =>
        Assert.Equal(expected, Refused.Message(() => MigrationText.Parse(text, "m.yaml")));

    [Theory]
    [InlineData("a:\n\t- x\n", "LK1001: m.yaml:2:1: ", "This line is indented with a tab. Indent with spaces.")]
    [InlineData("a:\n  b: c\n\td: e\n", "LK1001: m.yaml:3:1: ", "This line is indented with a tab. Indent with spaces.")]
    [InlineData("a: [1, 2\nb: 3\n", "LK1001: m.yaml:2:1: ", "Look at the indentation and the brackets")]
    [InlineData("a:\n  - x\n - y\n", "LK1001: m.yaml:3:2: ", "Look at the indentation")]
    [InlineData("a: b: c\n", "LK1001: m.yaml:1:5: ", "quote text that holds a colon")]
    [InlineData("a:\n  - b\n:", "LK1001: m.yaml:3:2: ", "a value is missing here")]
    [InlineData("a: \"x\n", "LK1001: m.yaml:1:4: ", "Look at the indentation")]
    [InlineData("a: \"\\ud800\"\n", "LK1001: m.yaml:1:4: ", "")]
    [InlineData("a: \"\\ud83d\\u0041\"\n", "LK1001: m.yaml:1:", "not closed or not in its place")]
    public void What_the_scanner_refuses_gets_a_place_and_a_remedy(string text, string place, string remedy)
    {
        var message = Refused.Message(() => MigrationText.Parse(text, "m.yaml"));

        Assert.StartsWith(place, message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", nameof(ScalarKind.Text))]
    [InlineData("y", nameof(ScalarKind.Text))]
    [InlineData("N", nameof(ScalarKind.Text))]
    [InlineData("yes", nameof(ScalarKind.Boolean))]
    [InlineData("Off", nameof(ScalarKind.Boolean))]
    [InlineData("FALSE", nameof(ScalarKind.Boolean))]
    [InlineData("'yes'", nameof(ScalarKind.Text))]
    [InlineData("\"1\"", nameof(ScalarKind.Text))]
    [InlineData("!!str 1", nameof(ScalarKind.Text))]
    [InlineData("~", nameof(ScalarKind.Null))]
    [InlineData("NULL", nameof(ScalarKind.Null))]
    [InlineData("''", nameof(ScalarKind.Text))]
    [InlineData("-1.5e3", nameof(ScalarKind.Number))]
    [InlineData("2024-01-02", nameof(ScalarKind.Text))]
    [InlineData("12:30", nameof(ScalarKind.Text))]
    [InlineData("1.2.3", nameof(ScalarKind.Text))]
    [InlineData("now()", nameof(ScalarKind.Text))]
    public void A_scalar_is_what_YAML_1_1_says_it_is(string value, string kind)
    {
        var root = Assert.IsType<MappingNode>(MigrationText.Parse($"a: {value}\n", "m.yaml"));

        Assert.Equal(kind, Assert.IsType<ScalarNode>(root.Entries[0].Value).Kind.ToString());
    }

    [Theory]
    [InlineData("+1")]
    [InlineData("012")]
    [InlineData("1_000")]
    [InlineData("0b1")]
    [InlineData("0o7")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData(".inf")]
    [InlineData("-.Inf")]
    [InlineData(".NaN")]
    public void A_number_that_JSON_cannot_write_is_refused(string number) =>
        Assert.StartsWith(
            $"LK1005: m.yml:1:3: YAML reads {number} as a number.",
            Refused.Message(() => MigrationText.Parse($"- {number}\n", "m.yml")), StringComparison.Ordinal);

    [Fact]
    public void An_alias_stands_for_its_value() =>
        Assert.Equal(
            """{"a":{"b":["c"]},"d":{"b":["c"]}}""",
            CanonicalJson.Of(MigrationText.Parse("a: &x {b: [c]}\nd: *x\n", "m.yaml")));

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"k{i}: &a{i} [*a{i - 1}, *a{i - 1}]");

        Assert.StartsWith(
            "LK1015: m.yaml:17:18: ", Refused.Message(() => MigrationText.Parse($"k0: &a0 x\n{string.Join('\n', lines)}\n", "m.yaml")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_made_of_aliases_counts_as_depth()
    {
        var lines = Enumerable.Range(1, 80).Select(i => $"k{i}: &a{i} [*a{i - 1}]");

        Assert.StartsWith(
            "LK1015: m.yaml:65:12: ", Refused.Message(() => MigrationText.Parse($"k0: &a0 x\n{string.Join('\n', lines)}\n", "m.yaml")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Hundred_thousand_open_brackets_are_refused_at_once() =>
        Assert.StartsWith(
            "LK1015: m.yaml:1:65: ", Refused.Message(() => MigrationText.Parse(new string('[', 100_000), "m.yaml")),
            StringComparison.Ordinal);
}
