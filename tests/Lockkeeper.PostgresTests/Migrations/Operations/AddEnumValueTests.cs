using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class AddEnumValueTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TYPE mood AS ENUM ('bad', 'good');
        ALTER TABLE orders ADD COLUMN mood mood DEFAULT 'bad' CHECK (mood > 'bad' OR price > -1);
        """;

    [Theory, EachPostgres]
    public Task The_value_is_there_for_both_versions_and_for_later_operations(int version) => postgres.RunAsync(version, Orders
        .Under(
            "add_enum_value: {type: mood, value: so-so, before: good}",
            "add_enum_value: {type: mood, value: \"it's best\", after: good}",
            Yaml.AddColumn("{name: later, type: mood, nullable: false, default: \"'so-so'\"}"),
            Yaml.AlterColumn("mood", "default: \"'it''s best'\""))
        .On(Orders.Setup + Setup)
        .WithNewWrites("INSERT INTO orders (customer, later) VALUES ('w', 'it''s best')", "UPDATE orders SET mood = 'so-so' WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete("enum_range(NULL::mood)::text = '{bad,so-so,good,\"it''s best\"}'"));

    [Theory, EachPostgres]
    public async Task Rolling_back_leaves_the_value_and_starting_again_takes_it_as_it_is(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var both = await postgres.StartAsync(version, Orders.Setup + Setup, Yaml.Of("add_enum_value: {type: mood, value: new}"));
        await both.NewAsync("UPDATE orders SET mood = 'new' WHERE id = 1");
        await both.Migrator.RollbackAsync(null, cancellationToken);

        Assert.Equal("new", await both.OldReadsAsync("mood FROM orders WHERE id = 1"));
        var plan = await both.Migrator.PlanAsync(
            Lockkeeper.Migrations.Migration.Parse(Yaml.Of("add_enum_value: {type: mood, value: new}"), "02_x.yaml"), cancellationToken);
        Assert.Contains("already", Assert.Single(plan.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [EachPostgres("LK1138", "{type: nothing, value: a}")]
    [EachPostgres("LK1138", "{type: orders, value: a}")]
    [EachPostgres("LK1139", "{type: mood, value: a, after: nothing}")]
    [EachPostgres("LK1139", "{type: mood, value: a, before: nothing}")]
    public Task What_is_not_there_is_refused(int version, string code, string fields) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup + Setup, Yaml.Of($"add_enum_value: {fields}"));

    [Fact]
    public void A_value_has_one_place() => Assert.Throws<Lockkeeper.Migrations.MigrationFormatException>(
        () => Lockkeeper.Migrations.Migration.Parse(Yaml.Of("add_enum_value: {type: mood, value: a, before: bad, after: good}"), "02_x.yaml"));
}
