using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Migrations.Planning;

public sealed class OwnedNamesTests(PostgresFixture postgres)
{
    [Theory]
    [EachPostgres("t", "c")]
    [EachPostgres("Order Lines", "a \"quoted\" name")]
    [EachPostgres("a_table_whose_name_is_really_rather_long_if_you_look_at_it", "c")]
    [EachPostgres("t", "a_column_whose_name_is_really_rather_long_if_you_look_at_it")]
    [EachPostgres("a_table_whose_name_is_really_rather_long_if_you_look_at_it", "a_column_whose_name_is_really_rather_long_if_you_look_at_it")]
    [EachPostgres("table_of_just_the_right_length", "column_of_just_right_length_x")]
    [EachPostgres("tabellenübersichtsgrößenänderungsprüfungsstraße", "größenänderungsprüfungsübersichtsstraße")]
    [EachPostgres("x表の名前がとても長いですからサーバー", "列の名前もとても長いですから")]
    public async Task They_are_the_names_that_the_server_gives(int version, string table, string column)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        var (t, c) = (new Identifier(table), new Identifier(column));
        // In one statement the server would leave out the second of two equal keys.
        await database.ExecuteAsync($"CREATE TABLE {t} ({c} serial PRIMARY KEY); ALTER TABLE {t} ADD UNIQUE ({c})", cancellationToken);

        Assert.Equal(OwnedNames.PrimaryKey(t).Value, await NameAsync(database, "i", "%pkey", cancellationToken));
        Assert.Equal(OwnedNames.Sequence(t, c).Value, await NameAsync(database, "S", "%", cancellationToken));
        Assert.Equal(OwnedNames.UniqueConstraint(t, c).Value, await NameAsync(database, "i", "%key", cancellationToken, "relname NOT LIKE '%pkey'"));
    }

    private static Task<string> NameAsync(
        TestDatabase database, string kind, string like, CancellationToken cancellationToken, string and = "true") => database.ScalarAsync<string>(
        $"SELECT relname::text FROM pg_class WHERE relkind = '{kind}' AND relname LIKE '{like}' AND relnamespace = 'public'::regnamespace AND {and} ORDER BY oid LIMIT 1",
        cancellationToken);
}
