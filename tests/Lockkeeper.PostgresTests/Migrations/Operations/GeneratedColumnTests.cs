using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

/// <summary>add_column and create_table with a column whose values the server makes.</summary>
public sealed class GeneratedColumnTests(PostgresFixture postgres)
{
    private const string Total = "{name: total, type: bigint, nullable: true, generated: {expression: price * 2 + id}}";
    private const string Virtual = "{name: total, type: bigint, generated: {expression: price * 2 + id, stored: false}, check: {name: some, constraint: total > -1}}";
    private const int FirstWithVirtual = 18;

    [Theory, EachPostgres]
    public Task A_small_table_is_written_again(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn(Total), CreateIndexTests.Index("columns: [{column: total}]"), RenameTableTests.Rename("orders", "purchases"))
        .WithNewWrites("INSERT INTO purchases (customer, price) VALUES ('w', {n})", "UPDATE purchases SET price = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.purchases WHERE total IS DISTINCT FROM price * 2 + id)")
        .HoldsWhenComplete("(SELECT attgenerated = 's' FROM pg_attribute WHERE attrelid = 'purchases'::regclass AND attname = 'total')"));

    [Theory, EachPostgres]
    public Task It_reads_columns_that_the_migration_changes_and_goes_into_tables_that_it_creates(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AlterColumn("price", "type: bigint", "coalesce(price, 0) * 100", "price / 100"),
            Yaml.RenameColumn("price", "cents"),
            Yaml.AddColumn("{name: total, type: bigint, nullable: true, unique: true, generated: {expression: cents * 0 + id}}"),
            "create_table: {name: t, columns: [{name: a, type: integer}]}",
            Yaml.AddColumn("{name: b, type: integer, nullable: false, generated: {expression: a + 1}}", table: "t"))
        .WithNewWrites("INSERT INTO orders (customer, cents) VALUES ('w', {n})", "UPDATE orders SET cents = {n} WHERE id = {n} % 600 + 1", "INSERT INTO t VALUES ({n})"));

    [Theory, EachPostgres]
    public async Task A_virtual_one_writes_no_row_however_many_there_are(int version)
    {
        var large = Orders.Setup + "ALTER TABLE orders ALTER price SET NOT NULL; INSERT INTO orders (customer, price) SELECT repeat('x', 500), i FROM generate_series(1, 5000) i;";
        if (version < FirstWithVirtual)
        {
            await postgres.AssertRefusedAsync(version, "LK1152", large, Yaml.Of(Yaml.AddColumn(Virtual)));
            await postgres.AssertRefusedAsync(version, "LK1152", large, Yaml.Of("create_table: {name: t, columns: [{name: a, type: integer}, " + Virtual.Replace("price * 2 + id", "a", StringComparison.Ordinal) + "]}"));
            return;
        }

        await postgres.RunAsync(version, Cycle
            .Of(Yaml.Of(
                Yaml.AddColumn(Virtual),
                "create_table: {name: t, columns: [{name: a, type: integer}, {name: b, type: integer, nullable: true, generated: {expression: a + 1, stored: false}}]}"))
            .On(large)
            .WithOldWrites("INSERT INTO orders (customer, price) VALUES ('n', {n})", "UPDATE orders SET price = {n} WHERE id = {n}")
            .WithNewWrites("INSERT INTO orders (customer, price) VALUES ('w', {n})")
            .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE total <> price * 2 + id)", "(SELECT count(*) = 0 FROM {new}.t WHERE b <> a + 1)")
            .HoldsWhenComplete("(SELECT attgenerated = 'v' AND attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'total')"));
    }

    [Theory]
    [EachPostgres("LK1174", Total, "")]
    [EachPostgres("LK1111", "{name: t, type: integer, nullable: true, generated: {expression: twice + 1}}", "twice")]
    [EachPostgres("LK1111", "{name: t, type: integer, default: '1', generated: {expression: price}}", "default")]
    [EachPostgres("LK1105", "{name: t, type: integer, generated: {expression: price + random()}}", "immutable")]
    [EachPostgres("LK1105", "{name: t, type: integer, generated: {expression: prize}}", "prize")]
    public async Task What_cannot_be_is_refused(int version, string code, string column, string named)
    {
        var message = await postgres.AssertRefusedAsync(
            version, code,
            Orders.Setup + "ALTER TABLE orders ADD twice integer GENERATED ALWAYS AS (price * 2) STORED; INSERT INTO orders (customer) SELECT repeat(md5(i::text), 20) FROM generate_series(1, 5000) i;",
            Yaml.Of(Yaml.AddColumn(column)));
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public Task What_it_reads_cannot_go_in_the_same_migration(int version) => postgres.AssertRefusedAsync(
        version, "LK1110", Orders.Setup, Yaml.Of(Yaml.AddColumn(Total), Yaml.DropColumn("price")));
}
