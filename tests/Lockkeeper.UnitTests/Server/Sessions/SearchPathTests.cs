using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Sessions;

namespace Lockkeeper.UnitTests.Server.Sessions;

public sealed class SearchPathTests
{
    [Theory]
    [InlineData("postgres://ada:p%40ss@db:5433/shop", "postgres://ada:p%40ss@db:5433/shop?options=-c%20search_path%3Dpublic_01")]
    [InlineData("postgres://db/shop?sslmode=require", "postgres://db/shop?sslmode=require&options=-c%20search_path%3Dpublic_01")]
    [InlineData("postgres://db?options=-c%20search_path%3Dold&a=b", null)]
    [InlineData(
        "postgres://db?options=-c%20search_path%3Dold%20-c%20geqo%3Doff&sslmode=require",
        "postgres://db?sslmode=require&options=-c%20geqo%3Doff%20-c%20search_path%3Dpublic_01")]
    [InlineData("host=db dbname=shop", "host=db dbname=shop options='-c search_path=public_01'")]
    [InlineData("Host=db;Database=shop", "Host=db;Database=shop;Search Path=public_01")]
    public void The_search_path_is_added_and_the_rest_stays(string given, string? expected)
    {
        if (expected is null)
        {
            Assert.Throws<FormatException>(() => ConnectionText.WithSearchPath(given, new Identifier("public_01")));
            return;
        }

        Assert.Equal(expected, ConnectionText.WithSearchPath(given, new Identifier("public_01")));
    }

    [Theory]
    [InlineData("postgres://", "postgres://?host=db&port=5433&user=ada&dbname=shop&sslmode=require")]
    [InlineData("postgres://?application_name=x", "postgres://?application_name=x&host=db&port=5433&user=ada&dbname=shop&sslmode=require")]
    [InlineData("postgres://bob:secret@other:1/stock?sslmode=disable", "postgres://bob:secret@other:1/stock?sslmode=disable")]
    [InlineData("dbname=stock", "dbname=stock host='db' port='5433' user='ada' sslmode='require'")]
    [InlineData("Database=stock;Password=secret", "Database=stock;Password=secret;Host=db;Port=5433;Username=ada;SSL Mode=Require")]
    public void What_the_environment_says_is_written_out_but_no_password(string given, string expected)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = "db",
            ["PGPORT"] = "5433",
            ["PGUSER"] = "ada",
            ["PGDATABASE"] = "shop",
            ["PGSSLMODE"] = "require",
            ["PGPASSWORD"] = "secret",
        };
        var here = new ConnectionDefaults(environment.GetValueOrDefault, _ => false);
        var elsewhere = new ConnectionDefaults(_ => null, _ => false);

        var complete = ConnectionText.WithoutEnvironment(given, here);

        Assert.Equal(expected, complete);
        Assert.Equal(
            ConnectionText.Describe(ConnectionText.Parse(given, here)),
            ConnectionText.Describe(ConnectionText.Parse(complete, elsewhere)).Replace("ada@", "", StringComparison.Ordinal));
        Assert.Equal(complete, ConnectionText.WithoutEnvironment(complete, elsewhere));
    }

    // In options a blank ends a switch and a backslash keeps it from doing so; Npgsql sends its own setting as it stands.
    [Theory]
    [InlineData("postgres://db/shop", "-c search_path=\"My\\ \"\"odd\"\"\\ \\\\\\ 'name'\"")]
    [InlineData("host=db dbname=shop options='-c geqo=off'", "-c geqo=off -c search_path=\"My\\ \"\"odd\"\"\\ \\\\\\ 'name'\"")]
    [InlineData("Host=db;Database=shop", "\"My \"\"odd\"\" \\ 'name'\"")]
    public void A_name_that_needs_quotes_gets_through_every_form(string given, string expected)
    {
        var settings = ConnectionText.Parse(ConnectionText.WithSearchPath(given, new Identifier("My \"odd\" \\ 'name'")));

        Assert.Equal(expected, settings.SearchPath ?? settings.Options);
    }
}
