using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class FileUpdateTests
{
    private const string Now = """
        {
          "operations": [
            {
              "create_index": {
                "table": "t",
                "columns": [
                  {
                    "column": "b"
                  },
                  {
                    "column": "a"
                  }
                ],
                "name": "i"
              }
            }
          ]
        }

        """;

    [Theory]
    [InlineData("""{"operations": [{"create_index": {"table": "t", "columns": ["b", "a"], "name": "i"}}]}""")]
    [InlineData("""{"operations": [{"create_index": {"table": "t", "columns": {"b": {}, "a": null}, "name": "i"}}]}""")]
    [InlineData("""{"operations": [{"create_index": {"table": "t", "columns": ["b", {"column": "a"}], "name": "i"}}]}""")]
    public void The_columns_of_an_index_become_a_list_of_mappings_and_keys_keep_their_order(string old)
    {
        var updated = MigrationFormat.Update(old, "03_i.json");

        Assert.Equal(Now.ReplaceLineEndings("\n"), updated?.Text);
        Assert.Equal(["\"columns\" of create_index at line 1 is a list of columns now."], updated?.Changes);
    }

    [Fact]
    public void Options_of_an_indexs_column_go_with_it()
    {
        var updated = MigrationFormat.Update("operations: [{create_index: {columns: {a: {sort: DESC, opclass: {name: x}}}}}]", "03_i.yaml");

        Assert.Equal(
            "operations:\n- create_index:\n    columns:\n    - column: a\n      sort: DESC\n      opclass:\n        name: x\n", updated?.Text);
    }

    [Theory]
    [InlineData("03_x", "The key \"name\" is gone: a migration is called by its file.")]
    [InlineData("other", "The key \"name\" is gone; it said \"other\", but a migration is called by its file: 03_x.")]
    public void The_name_in_the_file_goes(string name, string change)
    {
        var updated = MigrationFormat.Update($"name: {name}\noperations: [{{sql: {{up: SELECT 1}}}}]", "03_x.yaml");

        Assert.Equal(new UpdatedFile("operations:\n- sql:\n    up: SELECT 1\n", [change]), updated);
    }

    [Fact]
    public void A_file_of_today_is_left_alone()
    {
        Assert.Null(MigrationFormat.Update("operations: [{create_index: {columns: [{column: a}]}}]", "03_x.yaml"));
        Assert.Null(MigrationFormat.Update("[]", "03_x.json"));
    }

    [Fact]
    public void What_is_no_YAML_is_refused() =>
        Assert.Throws<MigrationFormatException>(() => MigrationFormat.Update("a: [", "03_x.yaml"));
}
