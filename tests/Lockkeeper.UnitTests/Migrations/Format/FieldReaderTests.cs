using System.Collections.Immutable;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class FieldReaderTests
{
    private static readonly Choices<int> Sizes = Choices<int>.Exact(("small", 1), ("large", 2));
    private static readonly Choices<int> Actions = Choices<int>.IgnoringCase(("NO ACTION", 1), ("CASCADE", 2));

    private static T Read<T>(string yaml, Func<FieldReader, T> read)
    {
        var problems = new FormatProblems();
        var fields = Assert.IsType<MappingNode>(MigrationText.Parse(yaml, "m.yaml"));
        var value = FieldReader.Read(fields, fields.At, "op", problems, read);
        problems.ThrowIfAny();
        return value;
    }

    private static string Refusal<T>(string yaml, Func<FieldReader, T> read) => Refused.Message(() => Read(yaml, read));

    [Fact]
    public void Fields_are_read_by_type()
    {
        Assert.Equal("now()", Read("a: now()", f => f.RequiredText("a")));
        Assert.Equal("a.b", Read("a: a.b", f => f.RequiredName("a").Value));
        Assert.Equal("x", Read("a: x", f => f.OptionalName("a")?.Value));
        Assert.True(Read("a: yes", f => f.RequiredFlag("a")));
        Assert.False(Read("a: Off", f => f.Flag("a", true)));
        Assert.Equal(2, Read("a: large", f => f.RequiredChoice("a", Sizes)));
        Assert.Equal(2, Read("a: cascade", f => f.Choice("a", Actions, 1)));
        Assert.Equal(["x", "1"], Read("a: [x, '1']", f => f.RequiredTexts("a")));
        Assert.Equal(["x", "y"], Read("a: [x, y]", f => f.RequiredNames("a").Select(n => n.Value)));
        Assert.Equal("b=B c=C", Read("a: {c: C, b: B}", f => string.Join(' ', f.RequiredSqlByColumn("a").Select(p => $"{p.Key}={p.Value}"))));
        Assert.Equal("x", Read("a: {b: x}", f => f.RequiredObject("a", g => g.RequiredText("b"))));
        Assert.Equal(["x", "y"], Read("a: [{b: x}, {b: y}]", f => f.RequiredList("a", g => g.RequiredText("b"))));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("a: null")]
    [InlineData("a:")]
    public void An_optional_field_that_is_absent_or_null_has_its_default(string yaml)
    {
        Assert.Null(Read(yaml, f => f.OptionalText("a")));
        Assert.Null(Read(yaml, f => f.OptionalName("a")));
        Assert.Null(Read(yaml, f => f.OptionalFlag("a")));
        Assert.True(Read(yaml, f => f.Flag("a", true)));
        Assert.Equal(7, Read(yaml, f => f.Choice("a", Sizes, 7)));
        Assert.Null(Read(yaml, f => f.OptionalObject("a", g => g.RequiredText("b"))));
        Assert.Empty(Read(yaml, f => f.OptionalList("a", g => g.RequiredText("b"))));
        Assert.Empty(Read(yaml, f => f.OptionalTexts("a")));
        Assert.Empty(Read(yaml, f => f.OptionalNames("a")));
        Assert.Empty(Read(yaml, f => f.OptionalSqlByColumn("a")));
    }

    [Theory]
    [InlineData("a: ''")]
    [InlineData("a: ' '")]
    [InlineData("a: null")]
    public void An_expression_of_nothing_is_none(string yaml) => Assert.Null(Read(yaml, f => f.OptionalSql("a")));

    [Fact]
    public void A_clearable_text_tells_absent_from_null_from_a_text()
    {
        Assert.Equal(Clearable<string>.Absent, Read("{}", f => f.OptionalClearableText("a")));
        Assert.Equal(Clearable<string>.Cleared, Read("a: null", f => f.OptionalClearableText("a")));
        Assert.Equal(Clearable<string>.Of(""), Read("a: ''", f => f.OptionalClearableText("a")));
        Assert.Equal(Clearable<string>.Of("0"), Read("a: '0'", f => f.OptionalClearableText("a")));
        Assert.NotEqual(Clearable<string>.Absent, Clearable<string>.Cleared);
    }

    [Theory]
    [InlineData("a: 0", "LK1005: m.yaml:1:4: op.a must be text, but 0 is a number. Put it in quotes: \"0\".")]
    [InlineData("a: yes", "LK1005: m.yaml:1:4: op.a must be text, but yes is a boolean. Put it in quotes: \"yes\".")]
    [InlineData("a: [x]", "LK1005: m.yaml:1:4: op.a must be text, but it is a list. Write a text.")]
    [InlineData("a: {b: c}", "LK1005: m.yaml:1:4: op.a must be text, but it is a mapping of keys. Write a text.")]
    [InlineData("a: null", "LK1004: m.yaml:1:4: op needs a value for the key \"a\". Add \"a\".")]
    [InlineData("{}", "LK1004: m.yaml:1:1: op needs a value for the key \"a\". Add \"a\".")]
    public void A_text_is_never_made_of_something_else(string yaml, string expected) =>
        Assert.Equal(expected, Refusal(yaml, f => f.RequiredText("a")));

    [Fact]
    public void A_default_given_as_a_number_is_refused_also_where_null_would_clear_it() =>
        Assert.Equal(
            "LK1005: m.yaml:1:10: op.default must be text, but 0 is a number. Put it in quotes: \"0\".",
            Refusal("default: 0", f => f.OptionalClearableText("default")));

    [Theory]
    [InlineData("a: 'true'", "LK1005: m.yaml:1:4: op.a must be true or false, but \"true\" is text. Remove the quotes.")]
    [InlineData("a: y", "LK1005: m.yaml:1:4: op.a must be true or false, but \"y\" is text. Write true or false.")]
    [InlineData("a: 1", "LK1005: m.yaml:1:4: op.a must be true or false, but 1 is a number. Write true or false.")]
    public void A_flag_is_true_or_false_and_nothing_else(string yaml, string expected) =>
        Assert.Equal(expected, Refusal(yaml, f => f.Flag("a", false)));

    [Theory]
    [InlineData("a: ''", "LK1006: m.yaml:1:4: op.a is an empty name. Give it a name.")]
    [InlineData("a: 1", "LK1005: m.yaml:1:4: op.a must be text, but 1 is a number. Put it in quotes: \"1\".")]
    [InlineData("a: éééééééééééééééééééééééééééééééé", "LK1006: m.yaml:1:4: op.a is 64 bytes long, but PostgreSQL keeps 63 and would cut the rest. Choose a shorter name.")]
    public void A_name_that_the_server_would_not_keep_is_refused(string yaml, string expected) =>
        Assert.Equal(expected, Refusal(yaml, f => f.RequiredName("a")));

    [Fact]
    public void A_name_of_63_bytes_is_kept() =>
        Assert.Equal(63, Read($"a: {new string('x', 63)}", f => f.RequiredName("a")).Value.Length);

    [Fact]
    public void Names_in_lists_and_maps_have_places_too()
    {
        var longName = new string('x', 64);
        Assert.Equal(
            "LK1006: m.yaml:1:8: op.a[1] is 64 bytes long, but PostgreSQL keeps 63 and would cut the rest. Choose a shorter name.",
            Refusal($"a: [x, {longName}]", f => f.RequiredNames("a")));
        Assert.Equal(
            "LK1006: m.yaml:1:5: op.a." + new string('x', 60) + "... is 64 bytes long, but PostgreSQL keeps 63 and would cut the rest. Choose a shorter name.",
            Refusal($"a: {{{longName}: SQL}}", f => f.RequiredSqlByColumn("a")));
        Assert.Equal(
            "LK1005: m.yaml:1:8: op.a.b must be text, but 0 is a number. Put it in quotes: \"0\".",
            Refusal("a: {b: 0}", f => f.RequiredSqlByColumn("a")));
    }

    [Theory]
    [InlineData("a: Large", "LK1011: m.yaml:1:4: op.a cannot be \"Large\". It is one of: small, large.")]
    [InlineData("a: true", "LK1005: m.yaml:1:4: op.a must be text, but true is a boolean. Put it in quotes: \"true\".")]
    public void A_word_that_is_no_choice_is_refused_with_the_choices(string yaml, string expected) =>
        Assert.Equal(expected, Refusal(yaml, f => f.RequiredChoice("a", Sizes)));

    [Fact]
    public void What_holds_others_must_have_the_right_shape()
    {
        Assert.Equal(
            "LK1005: m.yaml:1:4: op.a must be a list, but \"x\" is text. In YAML put a dash before each item; in JSON use square brackets.",
            Refusal("a: x", f => f.RequiredTexts("a")));
        Assert.Equal(
            "LK1005: m.yaml:1:4: op.a must be a mapping of keys, but it is a list. Write its fields below it.",
            Refusal("a: [x]", f => f.RequiredObject("a", g => g.RequiredText("b"))));
        Assert.Equal(
            "LK1005: m.yaml:1:5: op.a[0] must be a mapping of keys, but \"x\" is text. Write its fields below it.",
            Refusal("a: [x]", f => f.RequiredList("a", g => g.RequiredText("b"))));
        Assert.Equal(
            "LK1005: m.yaml:1:4: op.a must be a mapping from column to SQL, but \"x\" is text. Write one line \"column: SQL\" per column.",
            Refusal("a: x", f => f.RequiredSqlByColumn("a")));
        Assert.Equal(
            "LK1004: m.yaml:1:1: op needs a value for the key \"a\". Add \"a\".",
            Refusal("{}", f => f.RequiredObject("a", g => g.RequiredText("b"))));
    }

    [Theory]
    [InlineData("table: t\ncolums: x", "LK1003: m.yaml:2:1: op has no key \"colums\". Did you mean \"columns\"?")]
    [InlineData("Table: t", "LK1003: m.yaml:1:1: op has no key \"Table\". Write \"table\": capital and small letters differ.")]
    [InlineData("table: t\non_complete: x", "LK1003: m.yaml:2:1: op has no key \"on_complete\". Did you mean \"onComplete\"?")]
    [InlineData("table: t\nzzz: x", "LK1003: m.yaml:2:1: op has no key \"zzz\". Remove it; the keys are: table, columns, onComplete.")]
    public void A_key_that_nobody_asked_for_is_refused_with_the_nearest_that_is_free(string yaml, string expected) =>
        Assert.Equal(expected, Refusal(yaml, f => f.RequiredText("table") + f.OptionalText("columns") + f.OptionalText("onComplete")));

    [Fact]
    public void All_problems_are_reported_in_the_order_of_the_file()
    {
        var thrown = Assert.Throws<MigrationFormatException>(() => Read(
            "list:\n  - nam: x\n  - name: 1\n    more: y\nflag: maybe\n",
            f => (f.RequiredText("text"), f.Flag("flag", false), f.RequiredList("list", g => g.RequiredName("name")))));

        Assert.Equal(
            """
            LK1004: m.yaml:1:1: op needs a value for the key "text". Add "text".
            LK1003: m.yaml:2:5: op.list[0] has no key "nam". Did you mean "name"?
            LK1005: m.yaml:3:11: op.list[1].name must be text, but 1 is a number. Put it in quotes: "1".
            LK1003: m.yaml:4:5: op.list[1] has no key "more". Remove it; the keys are: name.
            LK1005: m.yaml:5:7: op.flag must be true or false, but "maybe" is text. Write true or false.
            """.ReplaceLineEndings("\n"),
            thrown.Message);
        Assert.Equal("LK1004", thrown.Code);
        Assert.Equal(new SourcePosition("m.yaml", 1, 1), thrown.Position);
        Assert.Equal(5, thrown.Problems.Length);
    }

    [Fact]
    public void A_read_function_can_refuse_what_does_not_go_together() =>
        Assert.Equal(
            "LK1019: m.yaml:2:4: Both a and b are given. Keep one.",
            Refusal("a: x\nb: y", f =>
            {
                var both = (f.OptionalText("a"), f.OptionalText("b"));
                if (f.Has("a") && f.Has("b"))
                {
                    f.Refuse(f.PositionOf("b"), "Both a and b are given.", "Keep one.");
                }

                return both;
            }));

    [Fact]
    public void A_reader_knows_where_its_fields_are()
    {
        var positions = Read("a: x\nb: {c: 'y'}", f => (
            Text: f.RequiredText("a"),
            All: ImmutableArray.Create(f.At, f.PositionOf("a"), f.KeyPositionOf("b"), f.PositionOf("b"), f.PositionOf("no")),
            Inner: f.RequiredObject("b", g => (Text: g.RequiredText("c"), All: ImmutableArray.Create(g.At, g.PositionOf("c"))))));

        Assert.Equal(["1:1", "1:4", "2:1", "2:4", "1:1"], positions.All.Select(p => $"{p.Line}:{p.Column}"));
        Assert.Equal(["2:1", "2:8"], positions.Inner.All.Select(p => $"{p.Line}:{p.Column}"));
    }
}
