using FsCheck;
using FsCheck.Fluent;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class FormatPropertyTests
{
    private const string Yaml = """
        # comment
        version_schema: "v1"
        operations:
          - create_table: &t
              name: 'it''s'
              columns:
                - {name: id, type: "decimal(10,2)", pk: yes, default: ~}
                - name: note
                  comment: |
                    two
                    lines
                  check: >-
                    folded
                    text
          - sql: {up: "SELECT \"x\"\n\u00e9", down: [1, -2.5e3]}
          - again: *t

        """;

    private const string Json = """
        {
          "version_schema": "v1",
          "operations": [
            {"create_table": {"name": "it's", "columns": [{"name": "id", "pk": true, "default": null}]}},
            {"sql": {"up": "SELECT \"x\"\n\u00e9 \ud83d\ude00", "down": [1, -2.5e3]}}
          ]
        }
        """;

    // What means something to a scanner, and what breaks one.
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", ": ", "- ", "? ", "\n", "\r\n", "\n  ", "\n    ", "\t", " ", "\"", "'", "\\", "\\u", "\\x",
        "&a ", "*a", "!", "!!str ", "!<", "|", ">", "|+2\n", "%YAML 1.1\n", "%TAG ! x\n", "---\n", "...\n", "#", "@", "`", "<<: ",
        "~", "0", "1e9", "0x", ".inf", "yes", "null", "a", "é", "😀", "\uD83D", "\uFEFF", "\u0085", "\u2028", "\0", "\u0001",
        "operations", "sql", "name",
    ];

    private static readonly Gen<string> Soup = Gen.Select(Gen.ArrayOf(Gen.Elements(Pieces)), string.Concat);

    private static Gen<string> Damaged(string whole) =>
        from at in Gen.Choose(0, whole.Length)
        from removed in Gen.Choose(0, Math.Min(20, whole.Length - at))
        from added in Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Gen.Elements(Pieces), n))
        from rest in Gen.Elements(true, true, true, false)
        select whole[..at] + string.Concat(added) + (rest ? whole[(at + removed)..] : "");

    private static readonly Gen<string> Texts = Gen.OneOf(
        Soup, Damaged(Yaml), Damaged(Json), Damaged(Yaml).SelectMany(Damaged), Damaged(Json).SelectMany(Damaged),
        ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""));

    [Theory]
    [InlineData("m.yaml")]
    [InlineData("m.json")]
    public void Whatever_the_text_it_is_read_or_refused_with_a_place_inside_it(string file) => Seeded.Check(
        Prop.ForAll(Texts.ToArbitrary(), text => IsReadOrRefusedInside(text, file)), runs: 4_000);

    [Theory]
    [InlineData("m.yaml")]
    [InlineData("m.json")]
    public void Whatever_is_read_survives_its_canonical_form(string file) => Seeded.Check(
        Prop.ForAll(Texts.ToArbitrary(), text => TryParse(text, file) is not { } node || SurvivesCanonicalForm(node)),
        runs: 2_000);

    [Fact]
    public void The_same_tree_in_JSON_and_in_YAML_has_one_canonical_form() => Seeded.Check(
        Prop.ForAll(
            RandomTree.Pairs.ToArbitrary(),
            pair => CanonicalJson.Of(MigrationText.Parse(pair.Json, "m.json"))
                == CanonicalJson.Of(MigrationText.Parse(pair.Yaml, "m.yaml"))),
        runs: 2_000);

    private static bool IsReadOrRefusedInside(string text, string file)
    {
        try
        {
            MigrationReader.ReadDocument(text, file, ["create_table", "sql", "again"]);
            return true;
        }
        catch (MigrationFormatException refused)
        {
            var lines = text.ReplaceLineEndings("\n").Split('\n', '\r');
            return refused.Problems.All(p => p.Position.Line >= 1 && p.Position.Column >= 1 && p.Position.Line <= lines.Length);
        }
    }

    private static Node? TryParse(string text, string file)
    {
        try
        {
            return MigrationText.Parse(text, file);
        }
        catch (MigrationFormatException)
        {
            return null;
        }
    }

    private static bool SurvivesCanonicalForm(Node node)
    {
        var canonical = CanonicalJson.Of(node);
        return CanonicalJson.Of(MigrationText.Parse(canonical, "m.json")) == canonical;
    }
}
