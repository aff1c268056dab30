using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What tells the rows of a published table apart is never lost by the way: the server would refuse every UPDATE and DELETE of the table.</summary>
public sealed class ReplicaIdentityTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE items (id int PRIMARY KEY, code text NOT NULL, CONSTRAINT one_code UNIQUE (code));
        INSERT INTO items SELECT i, 'c' || i FROM generate_series(1, 300) i;
        CREATE UNIQUE INDEX by_code ON items (code, id);
        CREATE PUBLICATION everything FOR TABLE items;
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("by_code")]
    [EachPostgres("one_code")]
    public async Task The_copy_of_a_column_takes_it_over_and_clients_go_on(int version, string index) => await Cycle
        .Of("operations: [alter_column: { table: items, column: code, type: varchar(40), up: code || '!', down: \"rtrim(code, '!')\" }]")
        .On($"{Setup} ALTER TABLE items REPLICA IDENTITY USING INDEX {index};")
        .WithOldWrites("UPDATE items SET code = 'o' || id WHERE id = {n} % 300 + 1", "DELETE FROM items WHERE id = {n} % 300 + 1")
        .WithNewWrites("UPDATE items SET code = 'n' || id || '!' WHERE id = {n} % 300 + 1", "DELETE FROM items WHERE id = {n} % 300 + 1")
        .HoldsWhenComplete($"(SELECT indisreplident FROM pg_index WHERE indexrelid = '{index}'::regclass)")
        .RunAsync(await postgres.CloneAsync(version, Cancellation), Cancellation);

    [Theory]
    [EachPostgres("USING INDEX one_code", "LK1143", "drop_constraint: { table: items, name: one_code }")]
    [EachPostgres("USING INDEX by_code", "LK1143", "drop_column: { table: items, column: code, down: \"'x'\" }")]
    [EachPostgres("DEFAULT", "LK1133", "drop_constraint: { table: items, name: items_pkey }")]
    [EachPostgres("DEFAULT", "LK1143", "set_replica_identity: { table: items, identity: { type: index, index: by_code } }, drop_index: { name: by_code }")]
    [EachPostgres("USING INDEX by_code", "LK1132", "alter_column: { table: items, column: code, nullable: true }")]
    public async Task What_would_lose_it_is_refused(int version, string identity, string code, string operations)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, $"{Setup} ALTER TABLE items REPLICA IDENTITY {identity};", Cancellation);
        var list = string.Join(", ", operations.Split("}, ").Select((o, i) => $"{{ {o}{(i < operations.Split("}, ").Length - 1 ? "}" : "")} }}"));

        var refused = await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.StartAsync($"operations: [{list}]", Cancellation), Cancellation);

        Assert.Equal(code, refused.Code);
    }

    [Theory, EachPostgres]
    public async Task Whoever_replicates_whole_rows_may_drop_the_key(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, $"{Setup} ALTER TABLE items REPLICA IDENTITY FULL;", Cancellation);

        await scene.StartAsync("operations: [drop_constraint: { table: items, name: items_pkey }]", Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);

        await scene.Database.ExecuteAsync("UPDATE items SET code = code || '.' WHERE id = 1; DELETE FROM items WHERE id = 2", Cancellation);
    }
}
