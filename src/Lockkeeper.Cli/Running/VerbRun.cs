using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Progress;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Running;

/// <summary>Runs verbs of the migrator, shows their events, and puts their results together.</summary>
internal sealed class VerbRun(CommandRun run, Migrator migrator)
{
    private readonly ProgressView _view = ProgressView.Of(run.Reporter, run.Context.Time);

    /// <summary>Starts a migration, and completes it if that was asked for.</summary>
    public async Task<MigrationReport> StartAsync(Migration migration, bool complete, CancellationToken cancellationToken)
    {
        var started = await WatchAsync(
            Verbs.Start, migration.Name, progress => migrator.StartAsync(migration, progress, cancellationToken));
        if (!complete)
        {
            return started;
        }

        var completed = await WatchAsync(
            Verbs.Complete, migration.Name, progress => migrator.CompleteAsync(progress, cancellationToken));
        return completed with
        {
            Elapsed = started.Elapsed + completed.Elapsed,
            Notes = started.Notes,
            Backfills = [.. started.Backfills, .. completed.Backfills],
            Drift = [.. started.Drift, .. completed.Drift],
        };
    }

    /// <summary>Runs one verb on the migration that the database knows, and reports its result.</summary>
    public async Task<ExitCode> RunAsync(string verb, Func<IProgress<MigrationEvent>, Task<MigrationReport>> work)
    {
        Report(verb, await WatchAsync(verb, null, work));
        return ExitCode.Done;
    }

    /// <summary>The result as the last thing that the command writes.</summary>
    public void Report(string verb, MigrationReport report)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(ResultOutput.Of(verb, report), json => json.ResultOutput);
            ResultText.WriteDrift(run.Reporter, report);
            return;
        }

        ResultText.Write(run.Reporter, report);
    }

    private Task<MigrationReport> WatchAsync(
        string verb, string? migration, Func<IProgress<MigrationEvent>, Task<MigrationReport>> work)
    {
        _view.Begin(verb, migration);
        return _view.WatchAsync(() => work(_view));
    }
}
