using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Scenarios;

/// <summary>
/// Which rows a unit holds while it waits for one: exactly those that come before it. A session holds a row, the unit is seen to wait for it,
/// and then another session finds out with SKIP LOCKED what else is held. Facts 2.3 and 2.4.
/// </summary>
public sealed class OrderTests(PostgresFixture postgres)
{
    private const string Filled = Sql + """
        INSERT INTO customers SELECT g, 'x', 0 FROM generate_series(1, 9) AS g;
        INSERT INTO orders SELECT g, g, 'old' FROM generate_series(1, 9) AS g;
        INSERT INTO lines SELECT g, n, 'y' FROM generate_series(1, 9) AS g, generate_series(1, 2) AS n;
        """;

    private static readonly long[] Shuffled = [7, 2, 9, 4, 1, 8, 3, 6, 5];

    [Theory, EachPostgres]
    public Task An_upsert_goes_by_key(int version) => HoldsAsync(
        version, "customers", 5, "1,2,3,4", unit => unit.Upsert(Customers, Shuffled.Select(id => new Customer(id, "n"))));

    [Theory, EachPostgres]
    public Task An_update_goes_by_key(int version) => HoldsAsync(
        version, "customers", 5, "1,2,3,4", unit => unit.Update(Customers, Shuffled.Select(id => new Customer(id, "n"))));

    [Theory, EachPostgres]
    public Task A_deletion_goes_by_key(int version) => HoldsAsync(
        version, "orders", 5, "1,2,3,4", unit => unit.Delete(Orders, Shuffled.Select(id => new Order(id, 0))));

    [Theory, EachPostgres]
    public Task A_large_update_goes_by_key(int version) => HoldsAsync(
        version, "customers", 5, "1,2,3,4", unit => unit.Update(Customers, Shuffled.Select(id => new Customer(id, "n"))),
        new BulkWriteOptions { StageFromRows = 1 });

    [Theory, EachPostgres]
    public Task A_streamed_upsert_goes_by_key(int version) => HoldsAsync(
        version, "customers", 5, "1,2,3,4", unit => unit.Upsert(Customers, Shuffled.Select(id => new Customer(id, "n"))),
        new BulkWriteOptions { BufferRows = 1 });

    [Theory, EachPostgres]
    public Task A_mixed_unit_goes_over_a_table_once(int version) => HoldsAsync(
        version, "customers", 5, "1,2,3,4", unit => unit
            .Update(Customers, Shuffled.Where(id => id % 2 == 0).Select(id => new Customer(id, "n")))
            .Upsert(Customers, Shuffled.Where(id => id % 2 == 1).Select(id => new Customer(id, "n"))));

    // Fact 2p: the children of a cascade are locked in the order of a scan, unless they are locked before.
    [Theory, EachPostgres]
    public async Task A_cascade_finds_its_children_locked_in_order(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);
        await scene.ExecuteAsync("UPDATE lines SET item = 'moved' WHERE order_id IN (1, 3)");
        await HoldsAsync(
            scene, "lines", "order_id = 4 AND number = 1", "1/1,1/2,2/1,2/2,3/1,3/2", unit => unit.Delete(Orders, Shuffled.Select(id => new Order(id, 0))), new BulkWriteOptions());
    }

    // Facts 2.3: rows that are referenced come before those that reference them, in the order of their own keys.
    [Theory, EachPostgres]
    public async Task Parents_are_locked_before_children_and_in_their_own_order(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; DELETE FROM lines WHERE order_id = 5; DELETE FROM orders WHERE id = 5; DELETE FROM customers WHERE id = 5", Scene.Token);
        using var writer = scene.Writer(Customers, Orders);

        // The orders' numbers run against those of their customers.
        var writing = writer.WriteAsync(new UnitOfWork().Insert(Orders, Shuffled.Where(id => id != 5).Select(id => new Order(100 - id, id))
            .Append(new Order(50, 5))), Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {holder.Backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);

        Assert.Equal("1,2,3,4", await LockedAsync(observer, "customers", "FOR UPDATE", "5"));
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);
        Assert.Equal(9, (await writing).Inserted);
    }

    // Fact 1g and the table of 2.1: whoever only references is not kept waiting by an update.
    [Theory, EachPostgres]
    public async Task An_upsert_does_not_keep_children_waiting(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);
        using var writer = scene.Writer(Customers);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(1, "changed")]), transaction, Scene.Token);

        Assert.Equal(1, await scene.ExecuteAsync("SET statement_timeout = '10s'; INSERT INTO orders VALUES (77, 1, 'new')"));
    }

    // Fact 2a: a join on ctid would miss the row that moved while it was waited for.
    [Theory, EachPostgres]
    public async Task A_row_that_moves_while_it_is_waited_for_is_still_written(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);
        using var writer = scene.Writer(Customers);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; UPDATE customers SET visits = 100 WHERE id = 2", Scene.Token);

        var writing = writer.WriteAsync(new UnitOfWork().Update(Customers, [new(1, "n", 1), new(2, "n", 1)]), Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {holder.Backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);
        await holder.ExecuteAsync("COMMIT", Scene.Token);

        Assert.Equal(2, (await writing).Updated);
        Assert.Equal("1|n|1\n2|n|101", await scene.RowsAsync("SELECT * FROM customers WHERE id < 3 ORDER BY id"));
    }

    // Fact 2f and 4g: rows have one order, and the second unique index would be met out of it; the gates come before any row.
    [Theory, EachPostgres]
    public async Task With_two_unique_indexes_nobody_who_waits_for_a_key_holds_a_row(int version)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE)");
        var users = TableMap.Of<(long Id, string Email)>("public", "users", t => t.Key(u => u.Id).Column(u => u.Email));
        using var writer = scene.Writer(users);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);
        await writer.WriteAsync(new UnitOfWork().InsertOrIgnore(users, [(5, "same")]), transaction, Scene.Token);

        var second = writer.WriteAsync(new UnitOfWork().InsertOrIgnore(users, [(1, "other"), (9, "same")]), Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE {connection.ProcessID} = ANY(pg_blocking_pids(pid)) AND wait_event = 'advisory')", Scene.Token);

        Assert.Equal(1, await scene.ExecuteAsync("SET statement_timeout = '10s'; INSERT INTO users VALUES (1, 'mine')"));
        await transaction.RollbackAsync(Scene.Token);
        Assert.Equal((1, 1), ((await second).Inserted, (await second).Skipped));
    }

    // Fact 6a: a key that a third one inserts between the locks and the writes; the table's gate keeps it out.
    [Theory, EachPostgres]
    public async Task A_unit_that_locks_first_and_inserts_then_has_the_table_to_itself(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);
        using var writer = scene.Writer(Customers);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(20)]).Update(Customers, [new(1, "n")]), transaction, Scene.Token);

        var inserting = writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(30)]), Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE {connection.ProcessID} = ANY(pg_blocking_pids(pid)) AND wait_event = 'advisory')", Scene.Token);
        var updated = await writer.WriteAsync(new UnitOfWork().Update(Customers, [new(2, "m")]), Scene.Token);
        await transaction.CommitAsync(Scene.Token);

        Assert.Equal((1, 1), (updated.Updated, (await inserting).Inserted));
    }

    // With gates for each key such units run side by side.
    [Theory, EachPostgres]
    public async Task With_key_gates_such_units_wait_for_common_keys_only(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);
        var gated = TableMap.Of<Customer>("public", "customers", t => t.Key(c => c.Id).Column(c => c.Name).KeyGates());
        using var writer = scene.Writer(gated);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Upsert(gated, [new(20)]).Update(gated, [new(1, "n")]), transaction, Scene.Token);

        var beside = await writer.WriteAsync(new UnitOfWork().Upsert(gated, [new(30)]).Update(gated, [new(2, "n")]), Scene.Token);
        var common = writer.WriteAsync(new UnitOfWork().Upsert(gated, [new(20, "later")]), Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE {connection.ProcessID} = ANY(pg_blocking_pids(pid)) AND wait_event = 'advisory')", Scene.Token);
        await transaction.CommitAsync(Scene.Token);

        Assert.Equal((1, 1), (beside.Inserted, beside.Updated));
        Assert.Equal(1, (await common).Updated);
    }

    private async Task HoldsAsync(
        int version, string table, long waitsFor, string held, Func<UnitOfWork, UnitOfWork> fill, BulkWriteOptions? options = null)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Filled);

        // Rows that were updated lie behind the others, so that the order of a scan is another one.
        await scene.ExecuteAsync($"UPDATE {table} SET id = id WHERE id IN (1, 3)");
        await HoldsAsync(
            scene, table, FormattableString.Invariant($"id = {waitsFor}"), held, fill, options ?? new());
    }

    private static async Task HoldsAsync(
        Scene scene, string table, string waitsFor, string held, Func<UnitOfWork, UnitOfWork> fill, BulkWriteOptions options)
    {
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync($"BEGIN; SELECT FROM {table} WHERE {waitsFor} FOR UPDATE", Scene.Token);
        using var writer = scene.Writer(options, Customers, Orders, Lines);
        var writing = writer.WriteAsync(fill(new UnitOfWork()), Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {holder.Backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);

        var free = (await observer.QueryAsync($"SELECT r FROM (SELECT ({RowName(table)})::text AS r FROM {table} FOR UPDATE SKIP LOCKED) AS free", Scene.Token))
            .Select(row => (string)row[0]!).ToHashSet();
        var everything = (await observer.QueryAsync($"SELECT {RowName(table)}::text FROM {table} ORDER BY 1", Scene.Token)).Select(row => (string)row[0]!);
        var waited = (string)(await observer.QueryAsync($"SELECT {RowName(table)}::text FROM {table} WHERE {waitsFor}", Scene.Token))[0][0]!;

        Assert.Equal(held, string.Join(',', everything.Where(row => !free.Contains(row) && row != waited)));
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);
        await writing;
    }

    private static string RowName(string table) => table == "lines" ? "(order_id || '/' || number)" : "id";

    private static async Task<string> LockedAsync(Session observer, string table, string how, string but)
    {
        var free = (await observer.QueryAsync($"SELECT id::text FROM {table} {how} SKIP LOCKED", Scene.Token)).Select(row => (string)row[0]!).ToHashSet();
        var all = (await observer.QueryAsync($"SELECT id::text FROM {table} ORDER BY 1", Scene.Token)).Select(row => (string)row[0]!);
        return string.Join(',', all.Where(row => !free.Contains(row) && row != but));
    }
}
