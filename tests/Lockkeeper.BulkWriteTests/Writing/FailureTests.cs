using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using Npgsql;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>Bad input, missing rights and lost connections: a typed exception that names what it is about, and nothing half written.</summary>
public sealed class FailureTests(PostgresFixture postgres)
{
    [Theory, EachPostgres(false), EachPostgres(true)]
    public async Task A_null_key_names_its_row(int version, bool streamed)
    {
        var map = TableMap.Of<(string? Key, int Value)>("public", "t", t => t.Key(r => r.Key, "k").Column(r => r.Value, "v"));

        var refused = await RefusedAsync(
            version, "CREATE TABLE t (k text PRIMARY KEY, v int)", streamed, map, unit => unit.Insert(map, [("a", 1), ("b", 2), (null, 3)]));

        Assert.Equal(("LK3006", 2), (refused.Code, refused.Row));
    }

    [Theory, EachPostgres(false), EachPostgres(true)]
    public async Task A_text_that_is_too_long_names_row_and_column(int version, bool streamed)
    {
        var refused = await RefusedAsync(version, Sql, streamed, Lines, unit => unit.Insert(Lines, [new(1, 1), new(1, 2, "more than ten")]));

        Assert.Equal(("LK3008", 1, "order_id = 1, number = 2", "item"), (refused.Code, refused.Row, refused.Key, refused.Column!.Value.Value));
    }

    [Theory, EachPostgres]
    public async Task Characters_are_counted_as_the_server_counts(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE t (k int PRIMARY KEY, v varchar(3))");
        var map = TableMap.Of<(int Key, string Value)>("public", "t", t => t.Key(r => r.Key, "k").Column(r => r.Value, "v"));
        using var writer = scene.Writer(map);

        var report = await writer.WriteAsync(new UnitOfWork().Insert(map, [(1, "\U0001F600\U0001F600\U0001F600")]), Scene.Token);

        Assert.Equal(1, report.Inserted);
    }

    [Theory, EachPostgres(false), EachPostgres(true)]
    public async Task A_null_where_none_may_be_names_row_and_column(int version, bool streamed)
    {
        var refused = await RefusedAsync(version, Sql, streamed, Customers, unit => unit.Upsert(Customers, [new(1), new(2, null)]));

        Assert.Equal(("LK3008", 1, "name"), (refused.Code, refused.Row, refused.Column!.Value.Value));
    }

    [Theory, EachPostgres]
    public async Task An_unknown_column_is_refused_before_anything_runs(int version)
    {
        var map = TableMap.Of<Customer>("public", "customers", t => t.Key(c => c.Id).Column(c => c.Name, "nmae"));

        var refused = await RefusedAsync(version, Sql, false, map, unit => unit.Upsert(map, [new(1)]));

        Assert.Equal("LK3003", refused.Code);
        Assert.Contains("\"nmae\"", refused.Reason, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_table_without_the_unique_key_is_refused(int version)
    {
        var map = TableMap.Of<Customer>("public", "t", t => t.Key(c => c.Id).Column(c => c.Name));

        var refused = await RefusedAsync(
            version, "CREATE TABLE t (id bigint UNIQUE DEFERRABLE, name text)", false, map, unit => unit.Upsert(map, [new(1)]));

        Assert.Equal("LK3004", refused.Code);
    }

    [Theory, EachPostgres]
    public async Task A_key_without_a_common_order_is_refused(int version)
    {
        var map = TableMap.Of<(double Key, int Value)>("public", "t", t => t.Key(r => r.Key, "k"));

        var refused = await RefusedAsync(version, "CREATE TABLE t (k float8 PRIMARY KEY)", false, map, unit => unit.Insert(map, [(1, 1)]));

        Assert.Equal("LK3005", refused.Code);
    }

    [Theory, EachPostgres]
    public async Task A_key_both_deleted_and_written_is_refused(int version)
    {
        var refused = await RefusedAsync(
            version, Sql, false, Customers, unit => unit.Upsert(Customers, [new(1), new(5)]).Delete(Customers, [new(7), new(5)]));

        Assert.Equal(("LK3009", 1), (refused.Code, refused.Row));
    }

    [Theory, EachPostgres(false), EachPostgres(true)]
    public async Task A_key_that_is_there_fails_the_whole_insert(int version, bool staged)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "INSERT INTO customers VALUES (2, 'x')");
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = staged ? 1 : 100 }, Customers);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Insert(Customers, [new(1), new(2), new(3)]), Scene.Token));

        Assert.Equal(("LK3012", "23505", Customers.Table, true), (refused.Code, refused.SqlState, refused.Table, refused.OutcomeKnown));
        Assert.Equal("2", await scene.RowsAsync("SELECT id FROM customers"));
    }

    [Theory, EachPostgres]
    public async Task A_missing_parent_names_table_and_constraint(int version)
    {
        var refused = await RefusedAsync(version, Sql, false, Orders, unit => unit.Insert(Orders, [new(1, 99)]));

        Assert.Equal(("LK3012", "23503", Orders.Table), (refused.Code, refused.SqlState, refused.Table));
        Assert.Contains("orders_customer_id_fkey", refused.Reason, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task Missing_rights_say_which(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        await scene.ExecuteAsync("""
            DO $$ BEGIN CREATE ROLE bulk_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT SELECT ON customers TO bulk_reader;
            """);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Options = "-c role=bulk_reader" }.ConnectionString);
        using var writer = new BulkWriter(source, new BulkWriteTables(Customers));

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(1)]), Scene.Token));

        Assert.Equal(("LK3013", "42501"), (refused.Code, refused.SqlState));
        Assert.Contains("customers", refused.Reason, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_connection_lost_in_the_middle_of_COPY_leaves_nothing(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(new BulkWriteOptions { BufferRows = 10 }, Customers);

        var lost = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Insert(Customers, EndingTheWriter()), Scene.Token));

        Assert.Equal(("LK3015", true), (lost.Code, lost.OutcomeKnown));
        Assert.Equal(0, await scene.ScalarAsync<long>("SELECT count(*) FROM customers"));

        // By now the rows before have been sent to a temporary table.
        async IAsyncEnumerable<Customer> EndingTheWriter()
        {
            for (var id = 1; id <= 40_000; id++)
            {
                if (id == 25_000)
                {
                    await scene.ExecuteAsync(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'");
                }

                yield return new Customer(id);
            }
        }
    }

    [Theory, EachPostgres]
    public async Task A_session_that_the_server_ends_before_the_commit_has_certainly_written_nothing(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        await scene.ExecuteAsync("INSERT INTO customers (id, name) VALUES (1, 'before')");
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; UPDATE customers SET name = 'held' WHERE id = 1", Scene.Token);
        using var writer = scene.Writer(Customers);
        var writing = writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(1), new(2)]), Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {holder.Backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);

        await observer.ExecuteAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {holder.Backend} = ANY(pg_blocking_pids(pid))", Scene.Token);

        var lost = await Assert.ThrowsAsync<BulkWriteException>(() => writing);
        Assert.Equal(("LK3015", true), (lost.Code, lost.OutcomeKnown));
        await holder.ExecuteAsync("ROLLBACK", Scene.Token);
        Assert.Equal("1|before", await scene.RowsAsync("SELECT id, name FROM customers"));
    }

    [Theory, EachPostgres]
    public async Task What_is_checked_at_the_commit_is_refused_and_the_connection_goes_on(int version)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, Sql + "ALTER TABLE customers ADD CONSTRAINT one_name UNIQUE (name) DEFERRABLE INITIALLY DEFERRED;");
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        using var writer = scene.Writer(Customers);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Insert(Customers, [new(1, "same"), new(2, "same")]), connection, Scene.Token));
        var report = await writer.WriteAsync(new UnitOfWork().Insert(Customers, [new(3, "other")]), connection, Scene.Token);

        Assert.Equal(("LK3012", "23505", true), (refused.Code, refused.SqlState, refused.OutcomeKnown));
        Assert.Equal(1, report.Inserted);
        Assert.Equal("3", await scene.RowsAsync("SELECT id FROM customers"));
    }

    [Theory, EachPostgres]
    public async Task A_map_that_was_not_declared_is_refused(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Customers);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Insert(Orders, [new(1, 1)]), Scene.Token));

        Assert.Equal("LK3010", refused.Code);
    }

    [Theory, EachPostgres]
    public async Task A_stream_is_written_once(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(new BulkWriteOptions { BufferRows = 1 }, Customers);
        var unit = new UnitOfWork().Insert(Customers, [new(1), new(2), new(3)]);
        await writer.WriteAsync(unit, Scene.Token);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(() => writer.WriteAsync(unit, Scene.Token));

        Assert.Equal("LK3017", refused.Code);
    }

    [Fact]
    public void All_options_are_checked_at_once()
    {
        var refused = Assert.Throws<BulkWriteException>(() => new BulkWriter(null, new BulkWriteTables(), new BulkWriteOptions
        {
            StageFromRows = 0,
            BufferRows = 0,
            MaxKeyGates = -1,
            Retries = -1,
            StatementTimeout = TimeSpan.FromDays(2),
        }));

        Assert.Equal("LK3001", refused.Code);
        Assert.All(["StageFromRows", "BufferRows", "MaxKeyGates", "Retries", "StatementTimeout"], name => Assert.Contains(name, refused.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_keys_for_one_table_are_refused()
    {
        var other = TableMap.Of<Customer>("public", "customers", t => t.Key(c => c.Name!));

        Assert.Equal("LK3002", Assert.Throws<BulkWriteException>(() => new BulkWriter(null, new BulkWriteTables(Customers, other))).Code);
    }

    [Fact]
    public void A_lambda_that_is_no_property_needs_a_name() => Assert.Equal(
        "LK3002", Assert.Throws<BulkWriteException>(() => TableMap.Of<Customer>("public", "t", t => t.Key(c => c.Id + 1))).Code);

    private async Task<BulkWriteException> RefusedAsync(int version, string sql, bool streamed, TableMap map, Func<UnitOfWork, UnitOfWork> fill)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, sql);
        using var writer = scene.Writer(new BulkWriteOptions { BufferRows = streamed ? 1 : 1000 }, map);
        var refused = await Assert.ThrowsAsync<BulkWriteException>(() => writer.WriteAsync(fill(new UnitOfWork()), Scene.Token));
        Assert.Equal(0, await scene.ScalarAsync<long>($"SELECT count(*) FROM {map.Table}"));
        return refused;
    }
}
