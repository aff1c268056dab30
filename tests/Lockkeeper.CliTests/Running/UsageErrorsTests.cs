namespace Lockkeeper.CliTests.Running;

public sealed class UsageErrorsTests
{
    [Theory]
    [InlineData("\"strat\"", "strat")]
    [InlineData("There is no command \"strat\". Did you mean \"start\"?", "strat")]
    [InlineData("There is no command \"complet\". Did you mean \"complete\"?", "complet")]
    [InlineData("There is no command \"urls\". Did you mean \"url\"?", "latest", "urls")]
    [InlineData("There is no command \"frobnicate\".", "frobnicate")]
    [InlineData("latest needs one of: schema, migration, url.", "latest")]
    [InlineData("--bogus", "--bogus")]
    [InlineData("\"extra\"", "status", "extra")]
    [InlineData("--colour", "status", "--colour")]
    [InlineData("start", "start")]
    [InlineData("--schema", "status", "--schema")]
    [InlineData("--lock-timeout (or LOCKKEEPER_LOCK_TIMEOUT) must be 1 to 60000 milliseconds; \"0\" was given", "status", "--lock-timeout", "0")]
    [InlineData("\"soon\" was given", "status", "--lock-timeout", "soon")]
    [InlineData("--schema is not a name of 1 to 63 bytes", "status", "--schema", "x23456789 123456789 123456789 123456789 123456789 123456789 1234")]
    [InlineData("--backfill-workers must be 1 to 64 sessions", "start", "x.yaml", "--backfill-workers", "0")]
    [InlineData("Lockkeeper keeps its own in the schema lockkeeper", "status", "--pgroll-schema", "x")]
    [InlineData("\"colour\" is not a connection parameter", "status", "--postgres-url", "postgres://x?colour=red")]
    public async Task A_command_line_that_cannot_be_understood_is_refused_with_the_reason(string expected, params string[] args)
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(2, await terminal.RunAsync(args));

        Assert.Contains("error LK8001: ", terminal.Error, StringComparison.Ordinal);
        Assert.Contains(expected.Trim('"'), terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--help\" shows", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Out);
    }

    [Fact]
    public async Task Without_a_command_the_help_goes_to_standard_error()
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(2, await terminal.RunAsync());

        Assert.Contains("Usage:", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Out);
    }

    [Theory]
    [InlineData("status", "postgres://ada:s3cret@localhost/shop")]
    [InlineData("status", "postgres://ada:s3@cret@localhost/shop")]
    [InlineData("status", "host=x password=s3cret")]
    [InlineData("status", "host=x password='open s3cret'")]
    [InlineData("status", "--postgres-url", "postgres://ada:s3cret/@localhost/shop")]
    [InlineData("status", "--postgres-url", "host=x password=open s3cret")]
    [InlineData("status", "--postgres-url", "Host=x;Password=s3cret;Port=many")]
    public async Task A_password_in_a_command_line_that_is_refused_is_not_repeated(params string[] args)
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(2, await terminal.RunAsync([.. args, "--json"]));

        Assert.DoesNotContain("s3", terminal.Error + terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", terminal.Error + terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_reason_is_an_object_too()
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(2, await terminal.RunAsync("status", "--json", "--lock-timeout", "0"));

        Assert.Equal(
            """
            {"event":"error","code":"LK8001","exitCode":2,"problem":"--lock-timeout (or LOCKKEEPER_LOCK_TIMEOUT) must be 1 to 60000 milliseconds; \"0\" was given.","isTrue":null,"whatToDo":"\"lockkeeper status --help\" shows what can be given.","places":[]}

            """,
            terminal.Out);
    }
}
