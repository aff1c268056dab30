using FsCheck.Fluent;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class NodeWriterTests
{
    [Fact]
    public void Whatever_is_written_reads_back_the_same() => Seeded.Check(
        Prop.ForAll(RandomTree.Pairs.ToArbitrary(), pair =>
        {
            var tree = MigrationText.Parse(pair.Json, "m.json");
            Assert.Equal(pair.Json, CanonicalJson.Of(MigrationText.Parse(NodeWriter.Write(tree, MigrationSyntax.Yaml), "m.yaml")));
            Assert.Equal(pair.Json, CanonicalJson.Of(MigrationText.Parse(NodeWriter.Write(tree, MigrationSyntax.Json), "m.json")));
        }),
        500);

    [Fact]
    public void A_migration_is_written_as_people_write_it() => Assert.Equal(
        """
        version_schema: "1"
        operations:
        - add_column:
            table: orders
            column:
              name: "y"
              type: text
              nullable: true
              default: "0"
            up: upper(note)
        - sql:
            up: |-
              CREATE TABLE a ();
              CREATE TABLE b ();
            unknown: yes it is
        """ + "\n",
        MigrationFormat.Write(
            """
            {"operations":[{"add_column":{"column":{"default":"0","name":"y","nullable":true,"type":"text"},"table":"orders","up":"upper(note)"}},
             {"sql":{"unknown":"yes it is","up":"CREATE TABLE a ();\nCREATE TABLE b ();"}}],"version_schema":"1"}
            """,
            MigrationSyntax.Yaml));

    [Fact]
    public void JSON_keeps_what_HTML_would_not() => Assert.Equal(
        "{\n  \"operations\": [\n    {\n      \"sql\": {\n        \"up\": \"a < 'b' && 1.50\"\n      }\n    }\n  ]\n}\n",
        MigrationFormat.Write("""{"operations":[{"sql":{"up":"a < 'b' && 1.50"}}]}""", MigrationSyntax.Json));
}
