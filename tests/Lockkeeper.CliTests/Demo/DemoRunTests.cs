using Lockkeeper.Cli;
using Lockkeeper.Cli.Demo;
using Lockkeeper.Cli.Demo.Showing;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockkeeper.CliTests.Demo;

/// <summary>The check is worth something only if it finds what goes wrong.</summary>
public sealed class DemoRunTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Writes_that_a_missing_trigger_does_not_carry_over_are_counted_as_lost()
    {
        var report = await RunWithAsync("ALTER TABLE public.orders DISABLE TRIGGER USER");

        Assert.NotEqual(0, report.Check.LostWrites);
        Assert.NotEmpty(report.Check.Examples);
        Assert.False(report.IsKept);
        Assert.Equal(ExitCode.NotKept, report.ExitCode);
    }

    [Fact]
    public async Task A_statement_that_the_server_refuses_is_counted_and_told()
    {
        var report = await RunWithAsync("ALTER TABLE public.orders ADD CONSTRAINT no_more CHECK (status <> 'sent') NOT VALID");

        Assert.NotEqual(0, report.Traffic.Failed);
        Assert.Contains("no_more", report.Traffic.FirstFailures[0], StringComparison.Ordinal);
        Assert.Equal(0, report.Check.LostWrites);
        Assert.Equal(ExitCode.NotKept, report.ExitCode);
    }

    [Fact]
    public async Task Rows_that_somebody_else_changed_are_found()
    {
        // Waiting for no row, so that no client can end up in a deadlock with this.
        var report = await RunWithAsync(
            """
            UPDATE public.orders SET customer = 'nobody'
            WHERE id IN (SELECT id FROM public.orders WHERE id % 10 = 0 FOR NO KEY UPDATE SKIP LOCKED);
            INSERT INTO public.orders (id, customer, email) VALUES (1000000, 'x', 'x@y')
            """);

        Assert.NotEqual(0, report.Check.WrongRows);
        Assert.Equal(0, report.Traffic.Failed);
        Assert.Equal(ExitCode.NotKept, report.ExitCode);
    }

    private async Task<DemoReport> RunWithAsync(string fault)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(cancellationToken);
        await using var run = new DemoRun(
            database.ConnectionString, new DemoOptions(2000), new SilentDemoView(), TimeProvider.System, NullLoggerFactory.Instance)
        {
            Phase = 40,
            WhileBothServe = (_, token) => database.ExecuteAsync(fault, token),
        };
        return await run.RunAsync(cancellationToken);
    }
}
