using System.Data;
using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using Npgsql;
using static Lockkeeper.BulkWriteTests.Scenarios.Family;

namespace Lockkeeper.BulkWriteTests.Scenarios;

/// <summary>In which order statements come to their rows, keys and gates, and what becomes of a row that changes while it is waited for.</summary>
public sealed class StatementOrderTests(PostgresFixture postgres)
{
    // A key that somebody else is inserting is waited for, and the keys behind it have not been taken yet.
    [Theory]
    [EachPostgres(ChangeKind.Insert, 100), EachPostgres(ChangeKind.Insert, 1)]
    [EachPostgres(ChangeKind.InsertOrIgnore, 100), EachPostgres(ChangeKind.Upsert, 100)]
    public async Task New_keys_are_taken_in_order(int version, ChangeKind kind, int stageFromRows)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "TRUNCATE children;");
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows, Retries = 0 }, Children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await using var other = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; INSERT INTO children VALUES (5)", Scene.Token);
        var rows = Shuffled.Select(id => new Child(id));
        var unit = new UnitOfWork();
        var writing = writer.WriteAsync(
            kind switch
            {
                ChangeKind.Insert => unit.Insert(Children, rows),
                ChangeKind.Upsert => unit.Upsert(Children, rows),
                _ => unit.InsertOrIgnore(Children, rows),
            },
            Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);
        var writers = await observer.BackendBlockedByAsync(holder.Backend);

        Assert.Equal(1, await other.ExecuteAsync("BEGIN; INSERT INTO children VALUES (6)", Scene.Token));
        await other.ExecuteAsync("ROLLBACK", Scene.Token);
        var taken = await other.ExecuteUntilBlockedAsync("INSERT INTO children VALUES (4)", writers, Scene.Token);
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);

        Assert.Equal(9, (await writing).Inserted);
        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => taken.EndAsync(Scene.Token))).SqlState);
    }

    // DO NOTHING takes no lock on a row that is there; an update behind it would meet that row out of order.
    [Theory, EachPostgres]
    public async Task Rows_that_are_ignored_and_rows_that_are_updated_are_locked_in_one_pass(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; SELECT FROM children WHERE id = 5 FOR UPDATE", Scene.Token);
        var writing = writer.WriteAsync(
            new UnitOfWork()
                .InsertOrIgnore(Children, Shuffled.Where(id => id % 2 == 0).Select(id => new Child(id)))
                .Update(Children, Shuffled.Where(id => id % 2 == 1).Select(id => new Child(id))),
            Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);

        Assert.Equal("1,2,3,4,5", await observer.LockedAsync("children"));
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);
        Assert.Equal((4, 5), ((await writing).Skipped, (await writing).Updated));
    }

    // It was locked under its old place, and is no longer what was asked for.
    [Theory, EachPostgres]
    public async Task A_row_whose_key_changes_while_it_is_waited_for_is_not_found(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Children);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; UPDATE children SET id = 50 WHERE id = 5", Scene.Token);
        var writing = writer.WriteAsync(new UnitOfWork().Update(Children, Shuffled.Select(id => new Child(id, id))), Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);
        await holder.ExecuteAsync("COMMIT", Scene.Token);

        Assert.Equal((8, 1), ((await writing).Updated, (await writing).NotFound));
        Assert.Equal("old", await scene.RowsAsync("SELECT note FROM children WHERE id = 50"));
    }

    [Theory, EachPostgres]
    public async Task Gates_are_taken_in_their_order(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE)");
        var users = TableMap.Of<(long Id, string Email)>("public", "users", t => t.Key(u => u.Id).Column(u => u.Email));
        using var writer = scene.Writer(users);
        var unit = new UnitOfWork().Insert(users, Shuffled.Select(id => (id, $"{id}@x")));
        var gates = (await writer.PlanAsync(unit, Scene.Token)).Gates;
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync($"BEGIN; SELECT pg_advisory_xact_lock({gates[10].Key})", Scene.Token);
        var writing = writer.WriteAsync(unit, Scene.Token);
        await using var observer = await scene.SeeBlockedByAsync(holder.Backend);
        var writers = await observer.BackendBlockedByAsync(holder.Backend);

        var held = await observer.QueryAsync(
            $"SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = {writers}", Scene.Token);
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);

        // That of the table, then those of the keys of both indexes; two units that share some come to them alike.
        var keys = gates.Skip(1).Select(gate => gate.Key).ToList();
        Assert.Equal(18, keys.Count);
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(gates.Take(10).Select(gate => gate.Key).Order(), held.Select(row => (long)row[0]!).Order());
        Assert.Equal(9, (await writing).Inserted);
    }

    // Order takes away 40P01. Under REPEATABLE READ a row that changed is still an error, and in somebody's transaction it is theirs to repeat.
    [Theory, EachPostgres]
    public async Task Under_repeatable_read_a_row_that_changed_is_told_and_not_run_again(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Children);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, Scene.Token);
        await using (var snapshot = new NpgsqlCommand("SELECT 1", connection))
        {
            await snapshot.ExecuteNonQueryAsync(Scene.Token);
        }

        await scene.ExecuteAsync("UPDATE children SET note = 'theirs' WHERE id = 1");
        var undone = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Update(Children, [new(1, 1)]), transaction, Scene.Token));

        Assert.Equal(("LK3014", "40001", true), (undone.Code, undone.SqlState, undone.OutcomeKnown));
    }
}
