using System.CommandLine;
using Lockkeeper.Cli.Output;

namespace Lockkeeper.Cli.Running;

/// <summary>Gives a command its work, with every failure turned into words and an exit code in one place.</summary>
internal static class CommandExtensions
{
    public static void SetWork(
        this Command command, CommandContext context, Func<CommandRun, CancellationToken, Task<ExitCode>> work) =>
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(context, parsed, work, cancellationToken));

    private static async Task<ExitCode> RunAsync(
        CommandContext context,
        ParseResult parsed,
        Func<CommandRun, CancellationToken, Task<ExitCode>> work,
        CancellationToken cancellationToken)
    {
        var reporter = Reporter.Of(context, parsed);
        try
        {
            await using var run = CommandRun.Begin(context, parsed, reporter);
            return await RunAsync(run, work, cancellationToken);
        }
        catch (UsageException usage)
        {
            return Fail(reporter, Failures.Of(usage, ""));
        }
    }

    private static async Task<ExitCode> RunAsync(
        CommandRun run, Func<CommandRun, CancellationToken, Task<ExitCode>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(run, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(run.Reporter, await Interruption.DescribeAsync(run));
        }
        catch (Exception exception) when (exception is not UsageException)
        {
            return Fail(run.Reporter, Failures.Of(exception, run.Connection));
        }
    }

    private static ExitCode Fail(Reporter reporter, Failure failure)
    {
        reporter.Fail(failure);
        return failure.ExitCode;
    }
}
