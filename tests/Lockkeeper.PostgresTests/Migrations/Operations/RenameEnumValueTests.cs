using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class RenameEnumValueTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TYPE mood AS ENUM ('bad', 'good');
        ALTER TABLE orders ADD COLUMN mood mood DEFAULT 'bad' CHECK (mood <> 'bad' OR customer <> 'bad'), ADD COLUMN moods mood[],
            ADD COLUMN fine boolean GENERATED ALWAYS AS (mood = 'good') STORED;
        CREATE INDEX by_mood ON orders (customer) WHERE mood = 'bad';
        """;

    [Theory, EachPostgres]
    public Task What_mentions_the_value_is_predicted_in_the_servers_words(int version) => postgres.RunAsync(version, Orders
        .Under("rename_enum_value: {type: mood, from: bad, to: \"it's bad\"}", Yaml.AlterColumn("price", "type: bigint", "price", "price"))
        .On(Orders.Setup + Setup)
        .WithOldWrites([.. Orders.Writes, "UPDATE orders SET mood = 'bad' WHERE id = {n} % 600 + 1"])
        .HoldsWhileStarted("enum_range(NULL::mood)::text = '{bad,good}'")
        .HoldsWhenComplete("enum_range(NULL::mood)::text = '{\"it''s bad\",good}'"));

    [Theory]
    [EachPostgres("LK1138", "{type: nothing, from: a, to: b}")]
    [EachPostgres("LK1139", "{type: mood, from: nothing, to: b}")]
    [EachPostgres("LK1140", "{type: mood, from: bad, to: good}")]
    public Task What_does_not_fit_is_refused(int version, string code, string fields) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup + Setup, Yaml.Of($"rename_enum_value: {fields}"));

    [Theory, EachPostgres]
    public async Task Only_the_owner_of_a_type_may_change_it(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + Setup, cancellationToken);
        await using var roles = await Roles.CreateAsync(scene, cancellationToken);
        await using var source = scene.As(roles.Migrating);

        var refusal = await Assert.ThrowsAsync<Lockkeeper.Migrations.InvalidMigrationException>(() => scene.Migrator(source: source).PlanAsync(
            Lockkeeper.Migrations.Migration.Parse(Yaml.Of("rename_enum_value: {type: mood, from: bad, to: b}"), "02_x.yaml"), cancellationToken));
        Assert.Equal("LK1141", refusal.Code);
    }
}
