using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What clients of the two versions see of each other's writes.</summary>
public sealed class BothVersionsTests(PostgresFixture postgres)
{
    private static readonly string Lossy = Yaml.Of(
        Yaml.AddColumn("{name: shout, type: text, nullable: true}", "upper(customer)"),
        Yaml.AlterColumn("price", "type: \"numeric(10,2)\"", "price", "floor(price)"));

    [Theory, EachPostgres]
    public async Task Each_version_sees_its_own_columns_only(int version)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Lossy);

        Assert.Equal("id,customer,price,shout", await ColumnsAsync(both, "public_02_change"));
        Assert.Equal("2|c2|2", await both.OldReadsAsync("id, customer, price FROM orders WHERE id = 2"));
        Assert.Equal("2|c2|2.00|C2", await both.NewReadsAsync("* FROM orders WHERE id = 2"));
    }

    [Theory, EachPostgres]
    public async Task A_value_of_the_new_version_survives_updates_of_other_columns_by_the_old_one(int version)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Lossy);
        await both.NewAsync("UPDATE orders SET shout = 'mine', price = 2.75 WHERE id = 2");

        await both.OldAsync("UPDATE orders SET customer = customer, price = price WHERE id = 2");
        Assert.Equal("mine|2.75", await both.NewReadsAsync("shout, price FROM orders WHERE id = 2"));
        Assert.Equal("2", await both.OldReadsAsync("price FROM orders WHERE id = 2"));

        await both.OldAsync("UPDATE orders SET customer = 'x' WHERE id = 2");
        Assert.Equal("X|2.75", await both.NewReadsAsync("shout, price FROM orders WHERE id = 2"));

        await both.OldAsync("UPDATE orders SET price = 8 WHERE id = 2");
        Assert.Equal("X|8.00", await both.NewReadsAsync("shout, price FROM orders WHERE id = 2"));
    }

    [Theory, EachPostgres]
    public async Task A_lossy_expression_does_not_destroy_values_that_nobody_touched(int version)
    {
        await using var both = await postgres.StartAsync(
            version,
            "CREATE TABLE orders (id integer PRIMARY KEY, price numeric, note text); INSERT INTO orders VALUES (1, 1.25), (2, 2.5)",
            Yaml.Of(Yaml.AlterColumn("price", "type: integer", "floor(price)", "price")));

        await both.NewAsync("UPDATE orders SET note = 'new' WHERE id = 1");
        await both.OldAsync("UPDATE orders SET note = 'old' WHERE id = 2");
        Assert.Equal("1.25", await both.OldReadsAsync("price FROM orders WHERE id = 1"));
        Assert.Equal("2.5|2", await both.NewReadsAsync("o.price, n.price FROM public.orders o JOIN orders n USING (id) WHERE id = 2"));

        await both.NewAsync("UPDATE orders SET price = 7 WHERE id = 1");
        Assert.Equal("7", await both.OldReadsAsync("price FROM orders WHERE id = 1"));
    }

    [Theory, EachPostgres]
    public async Task Up_sees_what_a_users_trigger_made_of_the_row(int version)
    {
        await using var both = await postgres.StartAsync(
            version,
            Orders.Setup + """
                CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.customer := trim(NEW.customer); RETURN NEW; END';
                CREATE TRIGGER zz_tidy BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION tidy();
                """,
            Lossy);
        await both.OldAsync("UPDATE orders SET customer = '  spaced ' WHERE id = 2; INSERT INTO orders (id, customer) VALUES (1000, '  new ')");

        Assert.Equal("spaced|SPACED", await both.NewReadsAsync("customer, shout FROM orders WHERE id = 2"));
        Assert.Equal("NEW", await both.NewReadsAsync("shout FROM orders WHERE id = 1000"));
    }

    [Theory, EachPostgres]
    public async Task Rows_that_replication_applies_are_carried_over(int version)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Lossy);
        await both.OldAsync("SET session_replication_role = replica; INSERT INTO orders (id, customer, price) VALUES (1000, 'r', 4); UPDATE orders SET customer = 's' WHERE id = 2");

        Assert.Equal("R|4.00", await both.NewReadsAsync("shout, price FROM orders WHERE id = 1000"));
        Assert.Equal("S", await both.NewReadsAsync("shout FROM orders WHERE id = 2"));
    }

    [Theory, EachPostgres]
    public async Task A_value_that_does_not_fit_the_new_type_is_refused_and_never_cut(int version)
    {
        await using var both = await postgres.StartAsync(
            version, Orders.Setup, Yaml.Of(Yaml.AddColumn("{name: short, type: varchar(5), nullable: true}", "customer")));

        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => both.OldAsync("UPDATE orders SET customer = 'too long' WHERE id = 2"));
        Assert.Equal("22001", refusal.SqlState);
        Assert.Equal("c2|c2", await both.NewReadsAsync("customer, short FROM orders WHERE id = 2"));
    }

    [Theory, EachPostgres]
    public async Task A_new_version_of_two_columns_made_of_one_another_is_undone_backwards(int version)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(
            Yaml.AlterColumn("price", "type: bigint", "price * 10", "price / 10"),
            Yaml.AlterColumn("price", "type: text", "'p' || price", "substr(price, 2)::bigint")));

        Assert.Equal("p20", await both.NewReadsAsync("price FROM orders WHERE id = 2"));
        await both.NewAsync("UPDATE orders SET price = 'p990' WHERE id = 2; INSERT INTO orders (id, customer, price) VALUES (1000, 'n', 'p50')");
        Assert.Equal("99", await both.OldReadsAsync("price FROM orders WHERE id = 2"));
        Assert.Equal("5", await both.OldReadsAsync("price FROM orders WHERE id = 1000"));
        await both.OldAsync("UPDATE orders SET price = 7 WHERE id = 2");
        Assert.Equal("p70", await both.NewReadsAsync("price FROM orders WHERE id = 2"));
    }

    private static async Task<string> ColumnsAsync(BothVersions both, string schema) => await both.Database.ScalarAsync<string>(
        $"SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '{schema}.orders'::regclass AND attnum > 0",
        TestContext.Current.CancellationToken);
}
