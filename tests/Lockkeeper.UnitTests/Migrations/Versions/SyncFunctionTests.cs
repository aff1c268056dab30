using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.UnitTests.Migrations.Versions;

public sealed class SyncFunctionTests
{
    private static readonly TableName Function = new(new Identifier("lockkeeper"), new Identifier("f"));

    [Fact]
    public void Writes_of_the_old_version_compute_a_column_when_what_it_reads_has_changed_or_the_row_is_pending() => Assert.Equal(
        """
        CREATE OR REPLACE FUNCTION "lockkeeper"."f"() RETURNS trigger LANGUAGE plpgsql AS $lockkeeper$
        #variable_conflict use_column
        DECLARE
            lockkeeper_row ALIAS FOR NEW;
        BEGIN
            IF TG_OP = 'INSERT' THEN
                NEW."new" := (lockkeeper_row.a || lockkeeper_row.b);
            ELSE
                IF OLD."_lockkeeper_pending" OR pg_catalog.record_image_ne(ROW(NEW."a", NEW."b"), ROW(OLD."a", OLD."b")) THEN
                    NEW."new" := (lockkeeper_row.a || lockkeeper_row.b);
                END IF;
            END IF;
            NEW."_lockkeeper_pending" := false;
            RETURN NEW;
        END
        $lockkeeper$
        """,
        SyncFunction.Create(Function, Change(Up("new", "lockkeeper_row.a || lockkeeper_row.b", "a", "b")), SyncDirection.Up, marked: true));

    [Fact]
    public void Writes_of_the_new_version_fill_what_is_pending_but_for_what_they_set_themselves() => Assert.Equal(
        """
        CREATE OR REPLACE FUNCTION "lockkeeper"."f"() RETURNS trigger LANGUAGE plpgsql AS $lockkeeper$
        #variable_conflict use_column
        DECLARE
            lockkeeper_row ALIAS FOR NEW;
            lockkeeper_changed_0 boolean;
        BEGIN
            IF TG_OP = 'INSERT' THEN
                NEW."old" := (lockkeeper_row.new);
            ELSE
                lockkeeper_changed_0 := pg_catalog.record_image_ne(ROW(NEW."new"), ROW(OLD."new"));
                IF OLD."_lockkeeper_pending" THEN
                    IF NOT pg_catalog.record_image_ne(ROW(NEW."new"), ROW(OLD."new")) THEN
                        NEW."new" := (lockkeeper_row.old);
                    END IF;
                END IF;
                IF lockkeeper_changed_0 THEN
                    NEW."old" := (lockkeeper_row.new);
                END IF;
            END IF;
            NEW."_lockkeeper_pending" := false;
            RETURN NEW;
        END
        $lockkeeper$
        """,
        SyncFunction.Create(Function, Change(Up("new", "lockkeeper_row.old", "old"), Down("old", "lockkeeper_row.new", "new")), SyncDirection.Down, marked: true));

    [Fact]
    public void A_chain_of_columns_is_undone_from_its_end_and_a_column_set_counts_as_changed()
    {
        var text = SyncFunction.Create(
            Function,
            Change(Up("b", "lockkeeper_row.a", "a"), Down("a", "lockkeeper_row.b", "b"), Up("c", "lockkeeper_row.b", "b"), Down("b", "lockkeeper_row.c", "c")),
            SyncDirection.Down,
            marked: true);

        Assert.Contains(
            """
                    IF lockkeeper_changed_0 THEN
                        NEW."b" := (lockkeeper_row.c);
                        lockkeeper_changed_1 := true;
                    END IF;
                    IF lockkeeper_changed_1 THEN
                        NEW."a" := (lockkeeper_row.b);
                    END IF;
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_moves_to_another_partition_is_computed_once()
    {
        var text = SyncFunction.Create(
            Function, Change(Up("new", "lockkeeper_row.a", "a")) with { IsPartitioned = true }, SyncDirection.Up, marked: true);

        Assert.Contains("IF NEW.\"_lockkeeper_pending\" IS NULL THEN", text, StringComparison.Ordinal);
        Assert.Contains("NEW.\"_lockkeeper_pending\" := NULL;", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_is_given_to_new_rows_and_to_pending_ones_only()
    {
        var text = SyncFunction.Create(Function, Change(Up("new", "1")), SyncDirection.Up, marked: true);

        Assert.Contains("        IF OLD.\"_lockkeeper_pending\" THEN\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_that_holds_the_quoting_tag_gets_another()
    {
        var text = SyncFunction.Create(Function, Change(Up("new", "'$lockkeeper$ $lockkeeper1$'")), SyncDirection.Up, marked: true);

        Assert.Contains("AS $lockkeeper2$\n", text, StringComparison.Ordinal);
    }

    private static TableChange Change(params ColumnSync[] syncs) =>
        new(new TableName(new Identifier("public"), new Identifier("t")), [], [.. syncs]);

    private static ColumnSync Up(string target, string sql, params string[] inputs) => Sync(SyncDirection.Up, target, sql, inputs);

    private static ColumnSync Down(string target, string sql, params string[] inputs) => Sync(SyncDirection.Down, target, sql, inputs);

    private static ColumnSync Sync(SyncDirection direction, string target, string sql, string[] inputs) =>
        new(direction, new Identifier(target), new CompiledExpression(sql, [.. inputs.Select(i => new Identifier(i))]));
}
