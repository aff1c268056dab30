using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Which version a client speaks: the schema in which its names are looked up first, or what it says.</summary>
public sealed class VersionDetectionTests(PostgresFixture postgres)
{
    [Theory]
    [EachPostgres("SET search_path = public_02_change", "mine")]
    [EachPostgres("SET search_path = \"public_02_change\"", "mine")]
    [EachPostgres("SET search_path = public_02_change, public", "mine")]
    [EachPostgres("SET search_path = \"$user\", public_02_change", "mine")]
    [EachPostgres("SET search_path = no_such_schema, public_02_change, public", "mine")]
    [EachPostgres("SET lockkeeper.version = '02_change'", "mine")]
    [EachPostgres("SET lockkeeper.version = 'public_02_change'", "mine")]
    [EachPostgres("SET search_path = ''; SET lockkeeper.version = '02_change'", "mine")]
    [EachPostgres("SET search_path = public_02_change; SET lockkeeper.version = ''", "mine")]
    [EachPostgres("SET search_path = public, public_02_change", "C1")]
    [EachPostgres("SET search_path = public", "C1")]
    [EachPostgres("SET search_path = ''", "C1")]
    [EachPostgres("SET search_path = public_02_change; SET lockkeeper.version = '01_before'", "C1")]
    public async Task A_client_is_known_by_its_path_or_by_its_setting(int version, string setting, string expected)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(
            Yaml.AddColumn("{name: shout, type: text, nullable: true}", "upper(customer)")));

        // Touches the expression's input as well: an old client's write computes the column anew, a new client's does not.
        await both.OldAsync($"{setting}; UPDATE public_02_change.orders SET customer = 'c1 ', shout = 'mine' WHERE id = 1; UPDATE public_02_change.orders SET customer = 'c1' WHERE id = 1");

        Assert.Equal(expected, await both.NewReadsAsync("shout FROM orders WHERE id = 1"));
    }

    [Theory, EachPostgres]
    public async Task A_version_is_told_apart_in_a_schema_whose_name_needs_quotes(int version)
    {
        await using var both = await postgres.StartAsync(
            version, Orders.Setup, Yaml.Of(Yaml.AddColumn("{name: shout, type: text, nullable: true}", "upper(customer)")), "It's \"My\" Schema");
        await both.NewAsync("INSERT INTO orders (id, customer, shout) VALUES (1000, 'c', 'mine')");
        await both.OldAsync("INSERT INTO orders (id, customer) VALUES (1001, 'c')");

        Assert.Equal("mine", await both.NewReadsAsync("shout FROM orders WHERE id = 1000"));
        Assert.Equal("C", await both.NewReadsAsync("shout FROM orders WHERE id = 1001"));
    }
}
