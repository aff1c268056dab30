using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class MigrationReaderTests
{
    private static readonly Dictionary<string, Func<FieldReader, string>> Operations = new(StringComparer.Ordinal)
    {
        ["drop_table"] = f => $"drop {f.RequiredName("name")}",
        ["sql"] = f => $"sql {f.RequiredText("up")}",
    };

    private static (MigrationDocument Document, string[] Operations) Read(string text, string file = "m.yaml")
    {
        var (document, operations) = MigrationReader.Read(text, file, Operations);
        return (document, [.. operations]);
    }

    [Fact]
    public void A_migration_is_named_for_its_file_and_binds_its_operations_in_order()
    {
        var (document, operations) = Read("operations:\n  - sql: {up: A}\n  - drop_table: {name: t}\n", "some/folder/01_a.b.yaml");

        Assert.Equal("01_a.b", document.Name);
        Assert.Null(document.VersionSchema);
        Assert.Equal(["sql A", "drop \"t\""], operations);
        Assert.Equal("some/folder/01_a.b.yaml:3:5", document.Operations[1].At.ToString());
    }

    [Theory]
    [InlineData("v: 1", "version_schema: v\noperations: [sql: {up: A}]", "v")]
    [InlineData("empty is none", "version_schema: ''\noperations: [sql: {up: A}]", null)]
    [InlineData("null is none", "version_schema:\noperations: [sql: {up: A}]", null)]
    public void The_version_schema_is_a_text_or_nothing(string what, string text, string? expected) =>
        Assert.True(Read(text).Document.VersionSchema == expected, what);

    [Theory]
    [InlineData("{}", "LK1004: m.yaml:1:1: The migration needs a value for the key \"operations\". Add \"operations\".")]
    [InlineData("operations:\n", "LK1004: m.yaml:1:12: The migration needs a value for the key \"operations\". Add \"operations\".")]
    [InlineData("Operations: []\n", "LK1003: m.yaml:1:1: A migration has no key \"Operations\". Write \"operations\": capital and small letters differ.")]
    [InlineData("- sql: {up: A}", "LK1005: m.yaml:1:1: A migration must be a mapping with the key \"operations\", but it is a list. Write \"operations:\" above the list.")]
    [InlineData("hello", "LK1005: m.yaml:1:1: A migration must be a mapping with the key \"operations\", but \"hello\" is text. Write \"operations\" and its list.")]
    [InlineData("operations: []", "LK1010: m.yaml:1:13: The list of operations is empty: there is nothing to do. Add an operation, or delete the file.")]
    [InlineData("operations:\n  sql:\n    up: A\n", "LK1007: m.yaml:2:3: \"operations\" must be a list, but it is a mapping of keys. In YAML put a dash before each operation; in JSON use square brackets.")]
    [InlineData("operations: sql", "LK1007: m.yaml:1:13: \"operations\" must be a list, but \"sql\" is text. In YAML put a dash before each operation; in JSON use square brackets.")]
    [InlineData("name: x\noperations: [sql: {up: A}]", "LK1018: m.yaml:1:1: A migration's name is the name of its file, not a key in it. Remove \"name\"; rename the file if it should have that name.")]
    [InlineData("version_schema: 1\noperations: [sql: {up: A}]", "LK1005: m.yaml:1:17: version_schema must be text, but 1 is a number. Put it in quotes: \"1\".")]
    [InlineData("operations: [sql: {up: A}]\nextra: 1", "LK1003: m.yaml:2:1: A migration has no key \"extra\". Remove it; the keys are: version_schema, baseline, operations.")]
    [InlineData("operations: [{}]", "LK1008: m.yaml:1:14: operations[0] names no operation. Write one, or remove the entry.")]
    [InlineData("operations: [sql]", "LK1008: m.yaml:1:14: operations[0] must be a mapping from an operation's name to its fields, but \"sql\" is text. Write the operation's name, a colon, and its fields.")]
    [InlineData("operations:\n  - sql: {up: A}\n    drop_table: {name: t}\n", "LK1008: m.yaml:3:5: operations[0] has 2 keys (sql, drop_table) where one operation belongs. Make each operation an entry of its own.")]
    [InlineData("operations:\n  - sql:\n    up: A\n", "LK1008: m.yaml:3:5: operations[0] has 2 keys (sql, up) where one operation belongs. Indent the fields of sql further than its name.")]
    [InlineData("operations: [sqll: {up: A}]", "LK1009: m.yaml:1:14: There is no operation \"sqll\". Did you mean \"sql\"?")]
    [InlineData("operations: [dropTable: {name: t}]", "LK1009: m.yaml:1:14: There is no operation \"dropTable\". Did you mean \"drop_table\"?")]
    [InlineData("operations: [vacuum: {}]", "LK1009: m.yaml:1:14: There is no operation \"vacuum\". The operations are: drop_table, sql.")]
    [InlineData("operations: [sql: ]", "LK1005: m.yaml:1:19: sql must be a mapping of its fields, but it is null. Write its fields below it.")]
    [InlineData("operations: [sql: [up]]", "LK1005: m.yaml:1:19: sql must be a mapping of its fields, but it is a list. Write its fields below it.")]
    [InlineData("operations:\n  - sql: {}\n", "LK1004: m.yaml:2:5: sql needs a value for the key \"up\". Add \"up\".")]
    public void A_wrong_envelope_is_refused_where_it_is_wrong(string text, string expected) =>
        Assert.Equal(expected, Refused.Message(() => Read(text)));

    [Theory]
    [InlineData("{\n  \"operations\": {\"sql\": {\"up\": \"A\"}}\n}", "LK1007: m.json:2:17: \"operations\" must be a list, but it is a mapping of keys. In YAML put a dash before each operation; in JSON use square brackets.")]
    [InlineData("{\"operations\": [{\"sql\": {\"up\": 5}}]}", "LK1005: m.json:1:32: sql.up must be text, but 5 is a number. Put it in quotes: \"5\".")]
    [InlineData("{\"operations\": [\n{\"sql\": {\"up\": \"é\"}, \"drop_table\": {}}]}", "LK1008: m.json:2:22: operations[0] has 2 keys (sql, drop_table) where one operation belongs. Make each operation an entry of its own.")]
    public void JSON_gets_the_same_words_and_its_own_places(string text, string expected) =>
        Assert.Equal(expected, Refused.Message(() => Read(text, "m.json")));

    [Fact]
    public void A_message_is_one_line_that_a_terminal_does_not_obey() =>
        Assert.Equal(
            "LK1009: m.json:1:18: There is no operation \"a\uFFFD[31m b\". The operations are: drop_table, sql.",
            Refused.Message(() => Read("""{"operations": [{"a\u001b[31m\nb": {}}]}""", "m.json")));

    [Fact]
    public void Problems_of_the_text_the_envelope_and_the_fields_come_together()
    {
        var thrown = Assert.Throws<MigrationFormatException>(() => Read(
            "name: x\noperations:\n  - sql: {up: 1}\n  - vacum: {}\n  - drop_table: {name: a, name: b}\n"));

        Assert.Equal(["LK1018", "LK1005", "LK1009", "LK1002"], thrown.Problems.Select(p => p.Code));
    }

    [Fact]
    public void A_message_shows_twenty_problems_and_counts_the_rest()
    {
        var text = "operations:\n" + string.Concat(Enumerable.Repeat("  - sql: {}\n", 25));

        var thrown = Assert.Throws<MigrationFormatException>(() => Read(text));

        Assert.Equal(25, thrown.Problems.Length);
        Assert.Equal(21, thrown.Message.Split('\n').Length);
        Assert.EndsWith("\n... and 5 more.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_checksum_sees_content_and_not_form()
    {
        var yaml = Read("# why\nversion_schema: v # v\noperations:\n- sql:\n    up: \"A\"\n").Document;
        var json = Read("""{"operations": [{"sql": {"up": "A"}}], "version_schema": "v"}""", "m.json").Document;
        var other = Read("version_schema: v\noperations: [sql: {up: B}]").Document;

        Assert.Equal("""{"operations":[{"sql":{"up":"A"}}],"version_schema":"v"}""", yaml.CanonicalJson);
        Assert.Equal(yaml, json);
        Assert.Equal(yaml.Checksum, json.Checksum);
        Assert.Equal("7e64df807b3d0130935f8b744d9bd6513191e22f69bba8e978e0b07593688c02", yaml.Checksum);
        Assert.NotEqual(yaml.Checksum, other.Checksum);
    }

    [Fact]
    public void Canonical_JSON_reads_back_under_the_name_of_the_YAML_file_it_came_from()
    {
        var (document, operations) = Read("operations: [sql: {up: A}]", "02_x.yaml");

        var (again, operationsAgain) = MigrationReader.ReadCanonical(document.CanonicalJson, document.FileName, Operations);

        Assert.Equal(document, again);
        Assert.Equal(operations, operationsAgain);
    }

    [Theory]
    [InlineData("m.txt", "LK1013: m.txt: The file's extension is not one of .json, .yaml, .yml. Rename the file.")]
    [InlineData("m", "LK1013: m: The file's extension is not one of .json, .yaml, .yml. Rename the file.")]
    [InlineData("x/.yaml", "LK1013: x/.yaml: The file has no name before its extension. Name it after the migration, such as 02_add_note.yaml.")]
    public void A_file_name_that_says_too_little_is_refused(string file, string expected) =>
        Assert.Equal(expected, Refused.Message(() => Read("operations: [sql: {up: A}]", file)));
}
