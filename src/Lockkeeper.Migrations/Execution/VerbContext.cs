using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>What every verb works with on one migration: the run's lock, the record, and how stages are run and reported.</summary>
internal sealed record VerbContext(RunLock Lock, MigrationRecord Record, IProgress<MigrationEvent>? Progress)
{
    public required NpgsqlDataSource DataSource { get; init; }

    public required MigratorOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Logs { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>When the verb began.</summary>
    public required long Since { get; init; }

    public required Door Door { get; init; }

    /// <summary>Runs a verb's stages that are not done yet, and tells the log.</summary>
    public async Task<StageRunner> RunAsync(Verb verb, ImmutableArray<Stage> stages, CancellationToken cancellationToken)
    {
        var since = Time.GetTimestamp();
        var runner = new StageRunner(RunOf(verb));
        Logger.VerbBegins(Record.Name, verb, stages.Length);
        await runner.RunAsync(stages, cancellationToken).ConfigureAwait(false);
        var elapsed = Time.GetElapsedTime(since).TotalMilliseconds;
        Logger.VerbDone(Record.Name, verb, elapsed);
        return runner;
    }

    public async Task SetStateAsync(MigrationState state, CancellationToken cancellationToken) => await MigrationStore.SetStateAsync(
        await Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false), Record.Id, state, cancellationToken).ConfigureAwait(false);

    public async Task ForgetBackfillsAsync(CancellationToken cancellationToken)
    {
        var backfiller = new Backfiller(DataSource, Options.Backfill, Time, Logs);
        foreach (var stage in Record.Plan!.Start.OfType<BackfillStage>())
        {
            await backfiller.DeleteAsync(stage.Job.Name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How the schema differs from what was predicted; also told to the log.</summary>
    public ImmutableArray<string> DriftOf(SchemaSnapshot? predicted, SchemaSnapshot now)
    {
        var drift = predicted is null ? [] : Drift.Between(predicted, now);
        foreach (var difference in drift)
        {
            Logger.Drifted(Record.Name, difference);
        }

        return drift;
    }

    public MigrationReport Report(MigrationState state, Identifier? version, StageRunner runner) =>
        new(Record.Name, state, version, Time.GetElapsedTime(Since))
        {
            Squashed = Record.Plan!.Squashed,
            Backfills = runner.Backfills,
        };

    private RunContext RunOf(Verb verb) => new()
    {
        DataSource = DataSource,
        Lock = Lock,
        Options = Options,
        Time = Time,
        Logs = Logs,
        Logger = Logger,
        Random = new Random(),
        Progress = Progress,
        MigrationId = Record.Id,
        Verb = verb,
    };
}
