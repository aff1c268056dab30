using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Running;

/// <summary>Gives a command its work, with every failure turned into words and an exit code in one place.</summary>
internal static class CommandExtensions
{
    public static void SetWork(
        this Command command, CommandContext context, Func<CommandRun, CancellationToken, Task<ExitCode>> work) =>
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(context, parsed, work, cancellationToken));

    /// <summary>Gives a command a migration file as its argument, and shows something of the plan of it.</summary>
    public static void SetPlanning(this Command command, CommandContext context, Action<CommandRun, MigrationPlan> show)
    {
        var file = new MigrationArgument(command);
        command.SetWork(context, async (run, cancellationToken) =>
        {
            show(run, await run.Migrator.PlanAsync(await file.LoadAsync(run, cancellationToken), cancellationToken));
            return ExitCode.Done;
        });
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context,
        ParseResult parsed,
        Func<CommandRun, CancellationToken, Task<ExitCode>> work,
        CancellationToken cancellationToken)
    {
        var reporter = Reporter.Of(context, parsed);
        CommandRun? run = null;
        try
        {
            run = CommandRun.Begin(context, parsed, reporter);
            var done = await work(run, cancellationToken);
            return context.Terminal.Loss is { } loss ? Fail(reporter, Failures.NotWritten(loss)) : done;
        }
        // Ctrl+C reaches all programs of a terminal, so initdb and postgres may end of it before we end them.
        catch (Exception interrupted) when (interrupted is OperationCanceledException or PostgresStartException && cancellationToken.IsCancellationRequested)
        {
            return Fail(reporter, await Interruption.DescribeAsync(run));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Fail(reporter, Failures.Of(exception, run?.Connection ?? "", UsageErrors.NameOf(parsed.CommandResult)));
        }
        finally
        {
            await (run?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static ExitCode Fail(Reporter reporter, Failure failure)
    {
        reporter.Fail(failure);
        return failure.ExitCode;
    }
}
