using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using static Lockkeeper.BulkWriteTests.Scenarios.Family;

namespace Lockkeeper.BulkWriteTests.Scenarios;

/// <summary>
/// Parents and children, where statements lock what they do not name. A session stands at the point from which the naive order of statements
/// deadlocks, and then takes the step that would close the circle. docs/bulk-write/scenarios.md says which line each of these is.
/// </summary>
public sealed class ParentAndChildTests(PostgresFixture postgres)
{
    private const string Counting = """
        CREATE FUNCTION count_child() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN UPDATE parents SET amount = amount + 1 WHERE id = NEW.parent_id; RETURN NULL; END';
        CREATE TRIGGER counts AFTER INSERT ON children FOR EACH ROW EXECUTE FUNCTION count_child();
        """;

    private static readonly TableMap<Child> Triggered = TableMap.Of<Child>("public", "children", t => t
        .Key(c => c.Id).Column(c => c.ParentId).Column(c => c.Note).TriggersUpdateParents());

    [Theory, EachPostgres]
    public Task Who_counts_in_a_parent_waits_for_the_one_before(int version) => PassesAsync(
        version,
        "UPDATE parents SET amount = amount + 1 WHERE id = 1",
        unit => unit.Insert(Children, [new(20, 1)]).Count(Amount, 1),
        "INSERT INTO children VALUES (21, 1, 'theirs')",
        "SELECT amount, (SELECT count(*) FROM children WHERE parent_id = 1) FROM parents WHERE id = 1",
        "2|3");

    [Theory, EachPostgres]
    public Task Parents_are_counted_in_by_their_key_whatever_the_order_of_the_children(int version) => HoldsAsync(
        version, "", Children, unit => Shuffled.Aggregate(
            unit.Insert(Children, Shuffled.Select(id => new Child(100 - id, id))), (all, id) => all.Count(Amount, id)));

    [Theory, EachPostgres]
    public Task Parents_that_a_trigger_updates_are_locked_by_their_key_before(int version) => HoldsAsync(
        version, Counting, Triggered, unit => unit.Insert(Triggered, Shuffled.Select(id => new Child(100 - id, id))));

    [Theory, EachPostgres]
    public Task Parents_of_a_deferred_foreign_key_are_locked_by_their_key_before(int version) => HoldsAsync(
        version,
        "ALTER TABLE children ALTER CONSTRAINT children_parent_id_fkey DEFERRABLE INITIALLY DEFERRED;",
        Children,
        unit => unit.Insert(Children, Shuffled.Select(id => new Child(100 - id, id))),
        hold: "SELECT FROM parents WHERE id = 5 FOR UPDATE");

    [Theory, EachPostgres]
    public Task A_parent_whose_unique_column_is_written_is_locked_for_it_before_its_child_comes(int version) => PassesAsync(
        version,
        "INSERT INTO children VALUES (21, 1, 'theirs')",
        unit => unit.Insert(Children, [new(20, 1)]).Update(Coded, [new(1, Code: "ours")]),
        "UPDATE parents SET code = 'theirs' WHERE id = 1",
        "SELECT code, (SELECT count(*) FROM children WHERE parent_id = 1) FROM parents WHERE id = 1",
        "ours|3");

    [Theory, EachPostgres]
    public Task A_parent_that_is_to_be_locked_is_locked_before_its_child_comes(int version) => PassesAsync(
        version,
        "INSERT INTO children VALUES (21, 1, 'theirs')",
        unit => unit.Insert(Children, [new(20, 1)]).Lock(Parents, [new(1)], RowLock.Update),
        "SELECT FROM parents WHERE id = 1 FOR UPDATE",
        "SELECT count(*) FROM children WHERE parent_id = 1",
        "3");

    [Theory, EachPostgres]
    public Task A_row_that_is_shared_and_updated_is_locked_for_the_update_at_once(int version) => PassesAsync(
        version,
        "SELECT FROM parents WHERE id = 1 FOR SHARE",
        unit => unit.Lock(Parents, [new(1)], RowLock.Share).Update(Parents, [new(1, 5)]),
        "UPDATE parents SET amount = amount + 1 WHERE id = 1",
        "SELECT amount FROM parents WHERE id = 1",
        "6");

    [Theory, EachPostgres]
    public Task A_row_that_is_locked_and_deleted_is_locked_for_the_deletion_at_once(int version) => PassesAsync(
        version,
        "INSERT INTO children VALUES (21, 1, 'theirs')",
        unit => unit.Lock(Parents, [new(1)]).Delete(Parents, [new(1)]),
        "UPDATE parents SET amount = amount + 1 WHERE id = 1",
        "SELECT count(*) FROM parents WHERE id = 1",
        "0");

    [Theory, EachPostgres]
    public Task Who_deletes_child_and_parent_comes_to_the_parent_first(int version) => PassesAsync(
        version,
        "UPDATE parents SET amount = 7 WHERE id = 1",
        unit => unit.Delete(Children, [new(1)]).Delete(Parents, [new(1)]),
        "UPDATE children SET note = 'theirs' WHERE id = 1",
        "SELECT count(*) FROM children WHERE id = 1",
        "0");

    [Theory, EachPostgres]
    public Task Who_deletes_by_a_cascade_comes_to_the_parent_first(int version) => PassesAsync(
        version,
        "UPDATE parents SET amount = 7 WHERE id = 1",
        unit => unit.Delete(Parents, [new(1)]),
        "UPDATE children SET note = 'theirs' WHERE id = 1",
        "SELECT count(*) FROM children WHERE id = 1",
        "0");

    // The row is not there for anybody else, so there is nothing to wait for.
    [Theory, EachPostgres]
    public async Task A_parent_that_is_not_committed_yet_is_missing_at_once(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = Writer(scene, Children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; INSERT INTO parents VALUES (50, 'new', 0)", Scene.Token);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Insert(Children, [new(20, 50)]), Scene.Token));

        Assert.Equal(("LK3012", "23503"), (refused.Code, refused.SqlState));
    }

    [Theory, EachPostgres("COMMIT"), EachPostgres("ROLLBACK")]
    public async Task A_parent_that_is_being_deleted_is_waited_for(int version, string ending)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = Writer(scene, Children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; DELETE FROM parents WHERE id = 5", Scene.Token);

        var writing = writer.WriteAsync(new UnitOfWork().Insert(Children, [new(20, 5)]), Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);
        await holder.ExecuteAsync(ending, Scene.Token);

        if (ending == "COMMIT")
        {
            Assert.Equal("23503", (await Assert.ThrowsAsync<BulkWriteException>(() => writing)).SqlState);
        }
        else
        {
            Assert.Equal(1, (await writing).Inserted);
        }
    }

    private static BulkWriter Writer(Scene scene, TableMap<Child> children) => new(
        scene.Source, new BulkWriteTables(Parents, Coded, children).With(Amount), new BulkWriteOptions { Retries = 0 });

    /// <summary>A session has done one step; the unit comes to wait for it; then the session does the step that needs what the unit must not hold.</summary>
    private async Task PassesAsync(
        int version, string step, Func<UnitOfWork, UnitOfWork> fill, string further, string result, string expected)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = Writer(scene, Children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);

        // Were there a circle, this session would never look for it: the unit would be the one that fails.
        await holder.ExecuteAsync($"SET deadlock_timeout = '1h'; BEGIN; {step}", Scene.Token);
        var writing = writer.WriteAsync(fill(new UnitOfWork()), Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);

        await holder.ExecuteAsync(further, Scene.Token);
        await holder.ExecuteAsync("COMMIT", Scene.Token);
        await writing;

        Assert.Equal(expected, await scene.RowsAsync(result));
    }

    /// <summary>Parent 5 is held; a unit over all nine waits for it and has those before it, and none behind it.</summary>
    private async Task HoldsAsync(
        int version, string ddl, TableMap<Child> children, Func<UnitOfWork, UnitOfWork> fill, string hold = "UPDATE parents SET amount = 0 WHERE id = 5")
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + ddl);
        using var writer = Writer(scene, children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync($"BEGIN; {hold}", Scene.Token);
        var writing = writer.WriteAsync(fill(new UnitOfWork()), Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);

        Assert.Equal("1,2,3,4,5", await observer.LockedAsync("parents"));
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);
        Assert.Equal(9, (await writing).Inserted);
    }
}
