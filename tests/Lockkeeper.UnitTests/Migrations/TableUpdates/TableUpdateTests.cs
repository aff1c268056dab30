using Lockkeeper.Migrations;
using Lockkeeper.TestKit;

namespace Lockkeeper.UnitTests.Migrations.TableUpdates;

public sealed class TableUpdateTests
{
    [Fact]
    public void The_published_schema_is_the_one_of_the_code()
    {
        var path = Path.Combine(RepositoryFolder.Find(), "schema", "backfill.schema.json");
        if (Environment.GetEnvironmentVariable("LOCKKEEPER_ACCEPT") == "1")
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "Where nobody looks, nothing is accepted.");
            File.WriteAllText(path, TableUpdate.JsonSchema());
        }

        Assert.Equal(File.ReadAllText(path), TableUpdate.JsonSchema());
    }

    [Fact]
    public void YAML_and_JSON_say_the_same()
    {
        var yaml = TableUpdate.Parse("table: orders\nset:\n  note: upper(name)\nwhere: note IS NULL\n", "fill.yaml");
        var json = TableUpdate.Parse("""{"table": "orders", "set": {"note": "upper(name)"}, "where": "note IS NULL"}""", "fill.json");

        Assert.Equal(yaml.Fields, json.Fields);
        Assert.Equal("update/fill", yaml.JobName);
        Assert.Equal(["note"], yaml.Columns);
    }

    [Theory]
    [InlineData("- table: orders", "LK1005")]
    [InlineData("table: orders", "LK1004")]
    [InlineData("table: orders\nset: []", "LK1005")]
    [InlineData("table: orders\nset: {}", "LK1019")]
    [InlineData("table: orders\nset: { a: '1' }\nwhere: ' '", "LK1019")]
    [InlineData("table: orders\nset: { a: '1' }\nwhere: a\nlimit: 10", "LK1003")]
    public void What_is_wrong_is_refused(string text, string code) =>
        Assert.Contains(Assert.Throws<MigrationFormatException>(() => TableUpdate.Parse(text, "wrong.yaml")).Problems, problem => problem.Code == code);
}
