using Lockkeeper.Cli;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.CliTests.Connections;

public sealed class SettingsTests
{
    [Fact]
    public void Without_anything_the_defaults_are_those_of_pgroll()
    {
        var settings = Read(TestTerminal.Piped());

        Assert.Equal("postgres://postgres:postgres@localhost?sslmode=disable", settings.Connection.Text);
        Assert.Equal("public", settings.Schema.Value);
        Assert.Null(settings.Connection.Role);
        Assert.Null(settings.LockTimeout);
        Assert.True(settings.UseVersionSchemas);
    }

    [Fact]
    public void A_flag_goes_before_our_variable_and_that_before_the_one_of_pgroll()
    {
        var pgroll = TestTerminal.Piped()
            .With("PGROLL_PG_URL", "postgres://c").With("PGROLL_SCHEMA", "c").With("PGROLL_LOCK_TIMEOUT", "3").With("PGROLL_ROLE", "c");
        Assert.Equal(("postgres://c", "c", 3, "c"), Values(Read(pgroll)));

        var ours = pgroll
            .With("LOCKKEEPER_PG_URL", "postgres://b").With("LOCKKEEPER_SCHEMA", "b").With("LOCKKEEPER_LOCK_TIMEOUT", "2").With("LOCKKEEPER_ROLE", "b");
        Assert.Equal(("postgres://b", "b", 2, "b"), Values(Read(ours)));

        Assert.Equal(
            ("postgres://a", "a", 1, "a"),
            Values(Read(ours, "--postgres-url", "postgres://a", "--schema", "a", "--lock-timeout", "1", "--role", "a")));
    }

    [Theory]
    [InlineData("PGHOST")]
    [InlineData("PGUSER")]
    [InlineData("PGDATABASE")]
    public void Variables_of_libpq_take_the_place_of_the_default(string variable) =>
        Assert.Equal("postgres://", Read(TestTerminal.Piped().With(variable, "x")).Connection.Text);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public void No_lock_timeout_for_pgroll_is_the_default_here(string value) =>
        Assert.Null(Read(TestTerminal.Piped().With("PGROLL_LOCK_TIMEOUT", value)).LockTimeout);

    [Fact]
    public void No_lock_timeout_that_is_meant_for_us_is_refused() => Assert.Contains(
        "must be 1 to 60000 milliseconds; \"0\" was given",
        Assert.Throws<UsageException>(() => Read(TestTerminal.Piped().With("LOCKKEEPER_LOCK_TIMEOUT", "0"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("no url")]
    public void A_connection_is_read_when_it_is_asked_for(string url)
    {
        var settings = Read(TestTerminal.Piped(), "--postgres-url", url);

        Assert.Equal("public", settings.Schema.Value);
        Assert.Throws<UsageException>(() => settings.Connection);
    }

    [Theory]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("True", true)]
    public void Version_schemas_can_be_switched_off_by_a_variable(string value, bool expected) =>
        Assert.Equal(expected, Read(TestTerminal.Piped().With("PGROLL_USE_VERSION_SCHEMA", value)).UseVersionSchemas);

    [Theory]
    [InlineData("--use-version-schema=false", false)]
    [InlineData("--use-version-schema=true", true)]
    [InlineData("--use-version-schema", true)]
    public void Version_schemas_can_be_switched_by_a_flag(string flag, bool expected) =>
        Assert.Equal(expected, Read(TestTerminal.Piped().With("LOCKKEEPER_USE_VERSION_SCHEMA", "false"), flag).UseVersionSchemas);

    [Fact]
    public void A_variable_that_does_not_fit_is_named() => Assert.Contains(
        "LOCKKEEPER_USE_VERSION_SCHEMA must be true or false; \"perhaps\" was given",
        Assert.Throws<UsageException>(() => Read(TestTerminal.Piped().With("LOCKKEEPER_USE_VERSION_SCHEMA", "perhaps"))).Message,
        StringComparison.Ordinal);

    private static Settings Read(TestTerminal terminal, params string[] args)
    {
        var context = terminal.Context();
        return Settings.Read(CommandTree.Create(context).Parse(["status", .. args]), context);
    }

    private static (string Text, string Schema, int LockTimeout, string? Role) Values(Settings settings) =>
        (settings.Connection.Text, settings.Schema.Value, (int)settings.LockTimeout!.Value.TotalMilliseconds, settings.Connection.Role);
}
