using Lockkeeper.Server.Sessions;
using Npgsql;

namespace Lockkeeper.UnitTests.Server.Sessions;

public sealed class ConnectionDefaultsTests
{
    private static readonly Dictionary<string, string> Given = new(StringComparer.Ordinal)
    {
        ["PGHOST"] = "db.example",
        ["PGPORT"] = "6000",
        ["PGDATABASE"] = "shop",
        ["PGSSLMODE"] = "require",
        ["PGCONNECT_TIMEOUT"] = "9",
    };

    private static readonly ConnectionDefaults Defaults = new(Given.GetValueOrDefault, _ => true);

    [Theory]
    [InlineData("")]
    [InlineData("postgres://")]
    public void What_a_text_leaves_out_comes_from_the_environment(string text)
    {
        var settings = ConnectionText.Parse(text, Defaults);

        Assert.Equal("db.example:6000/shop", ConnectionText.Describe(settings));
        Assert.Equal(SslMode.Require, settings.SslMode);
        Assert.Equal(9, settings.Timeout);
    }

    [Theory]
    [InlineData("postgres://x:1/y?sslmode=disable&connect_timeout=5")]
    [InlineData("host=x port=1 dbname=y sslmode=disable connect_timeout=5")]
    [InlineData("Host=x;Port=1;Database=y;SSL Mode=Disable;Timeout=5")]
    public void What_a_text_says_beats_the_environment(string text)
    {
        var settings = ConnectionText.Parse(text, Defaults);

        Assert.Equal("x:1/y", ConnectionText.Describe(settings));
        Assert.Equal(SslMode.Disable, settings.SslMode);
        Assert.Equal(5, settings.Timeout);
    }

    [Fact]
    public void An_address_in_the_environment_goes_before_a_name()
    {
        var defaults = new ConnectionDefaults(name => name == "PGHOSTADDR" ? "10.0.0.1" : Given.GetValueOrDefault(name), _ => false);

        Assert.Equal("10.0.0.1", ConnectionText.Parse("", defaults).Host);
    }

    [Fact]
    public void Without_a_host_the_local_socket_is_used_where_there_is_one()
    {
        var defaults = new ConnectionDefaults(_ => null, path => path == "/tmp/.s.PGSQL.6001");

        Assert.Equal("/tmp", ConnectionText.Parse("port=6001", defaults).Host);
        Assert.Equal("localhost", ConnectionText.Parse("port=6002", defaults).Host);
    }
}
