using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.UnitTests.Migrations.Planning;

public sealed class BackfillAssignmentsTests
{
    [Fact]
    public void Columns_that_do_not_read_each_other_are_set_side_by_side()
    {
        var assignments = BackfillAssignments.Of([Up("x", "lockkeeper_row.a + 1", "a"), Up("y", "lockkeeper_row.a + 2", "a")]);

        Assert.Equal(["\"x\" = lockkeeper_row.a + 1", "\"y\" = lockkeeper_row.a + 2"], assignments.Select(a => $"{a.Column} = {a.Expression}"));
    }

    [Fact]
    public void A_column_that_reads_one_set_before_it_gets_a_row_in_which_that_has_its_value()
    {
        var assignments = BackfillAssignments.Of([Up("x", "lockkeeper_row.a + 1", "a"), Up("y", "lockkeeper_row.x * lockkeeper_row.b", "x", "b")]);

        Assert.Equal(
            "SELECT (lockkeeper_row.x * lockkeeper_row.b) FROM (SELECT (lockkeeper_row.a + 1) AS \"x\", lockkeeper_row.\"b\" AS \"b\") AS lockkeeper_row",
            assignments[1].Expression);
    }

    [Fact]
    public void A_chain_of_three_is_nested()
    {
        var assignments = BackfillAssignments.Of([Up("x", "lockkeeper_row.a", "a"), Up("y", "lockkeeper_row.x", "x"), Up("z", "lockkeeper_row.y", "y")]);

        Assert.Equal(
            "SELECT (lockkeeper_row.y) FROM (SELECT (SELECT (lockkeeper_row.x) FROM (SELECT (lockkeeper_row.a) AS \"x\") AS lockkeeper_row) AS \"y\") AS lockkeeper_row",
            assignments[2].Expression);
    }

    [Fact]
    public void What_is_computed_for_the_old_version_is_no_business_of_the_backfill() => Assert.Empty(
        BackfillAssignments.Of([new ColumnSync(SyncDirection.Down, new Identifier("x"), new CompiledExpression("1", []))]));

    private static ColumnSync Up(string target, string sql, params string[] inputs) =>
        new(SyncDirection.Up, new Identifier(target), new CompiledExpression(sql, [.. inputs.Select(i => new Identifier(i))]));
}
