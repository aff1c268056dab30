using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Listing;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

public sealed class ServerListTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task Every_list_runs_on_every_version(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var lists = new ServerLists(scene.DataSource);

        foreach (var name in ServerLists.Names.Where(name => name != "outliers"))
        {
            var list = await lists.ReadAsync(name, 5, LockScene.Cancel);

            Assert.True(list.Rows.Length <= 5, name);
            Assert.All(list.Rows, row => Assert.Equal(list.Columns.Length, row.Length));
        }
    }

    [Theory, EachPostgres]
    public async Task A_list_whose_catalog_is_locked_gives_up_soon_and_says_so(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var lists = new ServerLists(scene.DataSource);
        await lists.ReadAsync("bloat", 5, LockScene.Cancel);
        var locker = await scene.HoldingAsync("LOCK TABLE pg_catalog.pg_namespace");

        var refused = await Assert.ThrowsAsync<LocksException>(() => lists.ReadAsync("bloat", 5, LockScene.Cancel));

        Assert.Equal("LK4012", refused.Code);
        await locker.ExecuteAsync("ROLLBACK", LockScene.Cancel);
    }

    [Theory, EachPostgres]
    public async Task Outliers_without_their_extension_say_what_is_missing(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var refused = await Assert.ThrowsAsync<LocksException>(() => new ServerLists(scene.DataSource).ReadAsync("outliers", 5, LockScene.Cancel));

        Assert.Equal("LK4007", refused.Code);
    }

    [Theory, EachPostgres]
    public async Task Outliers_with_their_extension_name_the_statement_and_how_often_it_ran(int version)
    {
        var options = new PostgresServerOptions { Version = version };
        await using var server = await PostgresServer.StartAsync(
            options with { Settings = options.Settings.Add("shared_preload_libraries", "pg_stat_statements") }, LockScene.Cancel);
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await dataSource.OpenConnectionAsync(LockScene.Cancel);
        await connection.ExecuteAsync("CREATE EXTENSION pg_stat_statements", LockScene.Cancel);
        foreach (var seconds in new[] { "0.01", "0.02", "0.03" })
        {
            await connection.QueryAsync($"SELECT pg_sleep({seconds})", LockScene.Cancel);
        }

        var list = await new ServerLists(dataSource).ReadAsync("outliers", 5, LockScene.Cancel);

        var row = Assert.Single(list.Rows, row => row.Contains("SELECT pg_sleep($1)"));
        Assert.Equal(3.0, row[list.Columns.Select(column => column.Name).ToList().IndexOf("calls")]);
        Assert.InRange((double)row[list.Columns.Select(column => column.Name).ToList().IndexOf("total")]!, 60, 60_000);
    }

    [Theory, EachPostgres]
    public async Task The_statement_for_a_missing_index_runs_and_then_nothing_is_missing(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var lists = new ServerLists(scene.DataSource);

        var row = Assert.Single((await lists.ReadAsync("missing-fk-indexes", 5, LockScene.Cancel)).Rows);
        Assert.Equal("items", row[0]);
        Assert.Equal("CREATE INDEX CONCURRENTLY ON items (\"order\")", row[4]);
        await scene.Database.ExecuteAsync((string)row[4]!, LockScene.Cancel);

        Assert.Empty((await lists.ReadAsync("missing-fk-indexes", 5, LockScene.Cancel)).Rows);
    }

    [Theory, EachPostgres]
    public async Task Half_of_a_table_that_was_deleted_shows_as_bloat(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE half (id int, filler text) WITH (autovacuum_enabled = off);
            INSERT INTO half SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g;
            DELETE FROM half WHERE id % 2 = 0;
            """,
            LockScene.Cancel);
        await scene.Database.ExecuteAsync("VACUUM half", LockScene.Cancel);
        await scene.Database.ExecuteAsync("ANALYZE half", LockScene.Cancel);

        var row = Assert.Single((await new ServerLists(scene.DataSource).ReadAsync("bloat", 5, LockScene.Cancel)).Rows, r => (string)r[1]! == "half");

        Assert.InRange((double)row[4]!, 40, 60);
    }

    [Theory, EachPostgres]
    public async Task The_transaction_that_is_open_longest_comes_first(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var open = await scene.HoldingAsync("SELECT 'the one that is open'");

        var rows = (await new ServerLists(scene.DataSource).ReadAsync("long-running", 10_000, LockScene.Cancel)).Rows;

        var row = Assert.Single(rows, r => (double)r[0]! == open.Backend);
        Assert.Equal("idle in transaction", row[1]);
        Assert.Equal("SELECT 'the one that is open'", row[5]);
    }
}
