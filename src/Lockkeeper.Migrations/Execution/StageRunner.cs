using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Server.Reading;
using Lockkeeper.Server.Running;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs a verb's stages in order, each once: those that the journal has are passed over.</summary>
internal sealed class StageRunner(RunContext context)
{
    private readonly List<BackfillReport> _backfills = [];

    /// <summary>The backfills that this run finished.</summary>
    public ImmutableArray<BackfillReport> Backfills => [.. _backfills];

    /// <exception cref="MigrationException">A stage failed; those before it are done and recorded.</exception>
    public async Task RunAsync(ImmutableArray<Stage> stages, CancellationToken cancellationToken)
    {
        try
        {
            var done = await DoneAsync(cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < stages.Length; i++)
            {
                if (done.Contains(i + 1))
                {
                    context.Progress?.Report(new MigrationEvent.StageSkipped(i + 1, stages.Length, stages[i]));
                }
                else
                {
                    await context.Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false);
                    await RunAsync(stages[i], i + 1, stages.Length, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (TransientErrors.IsConnectionLoss(e))
        {
            throw Failures.ConnectionLost(e);
        }
    }

    private async Task RunAsync(Stage stage, int number, int count, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartStage(stage, number);
        var since = context.Time.GetTimestamp();
        context.Progress?.Report(new MigrationEvent.StageStarted(number, count, stage));
        await (stage switch
        {
            TransactionStage s => new TransactionRunner(context).RunAsync(s, number, cancellationToken),
            StatementStage s => new StatementRunner(context).RunAsync(s, number, cancellationToken),
            BackfillStage s => FillAsync(s, number, cancellationToken),
            UserSqlStage s => new UserSqlRunner(context).RunAsync(s, number, cancellationToken),
            DropMadeStage s => new DropMadeRunner(context).RunAsync(s, number, cancellationToken),
            VersionStage s => ShowAsync(s, number, cancellationToken),
            _ => throw new UnreachableException($"Nobody can run {stage.GetType().Name}."),
        }).ConfigureAwait(false);
        var elapsed = context.Time.GetElapsedTime(since);
        context.Logger.StageDone(number, stage.Title, elapsed.TotalMilliseconds);
        context.Progress?.Report(new MigrationEvent.StageDone(number, count, stage, elapsed));
    }

    private async Task FillAsync(BackfillStage stage, int number, CancellationToken cancellationToken)
    {
        // The run's lock is held over one of the pool's connections.
        var options = context.Options.Backfill;
        options = options with { ConnectionsHeld = options.ConnectionsHeld + 1 };
        var backfiller = new Backfiller(context.DataSource, options, context.Time, context.Logs);
        try
        {
            _backfills.Add(await backfiller.RunAsync(stage.Job, new Forward(context), cancellationToken).ConfigureAwait(false));
        }
        catch (BackfillException e)
        {
            throw Failures.BackfillFailed(e);
        }

        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await connection.ExecuteAsync(
                MigrationStore.RecordSql,
                MigrationStore.RecordOf(context.MigrationId, context.Verb, number, stage.Title),
                cancellationToken).ConfigureAwait(false);
        }
    }

    // Reading, deciding and acting again, at the one moment at which the user's SQL has made the schema what it is.
    private async Task ShowAsync(VersionStage stage, int number, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var now = await CatalogReader.ReadAsync(connection, context.Options.Schema, cancellationToken).ConfigureAwait(false)
                ?? throw new UnreachableException($"Schema {context.Options.Schema} was there when planning began.");
            var shown = await ShownViewsReader.ReadAsync(connection, stage.VersionSchema, cancellationToken).ConfigureAwait(false);
            if (shown.IsEmpty && stage.PreviousVersion is { } previous)
            {
                shown = await ShownViewsReader.ReadAsync(connection, previous, cancellationToken).ConfigureAwait(false);
            }

            var steps = VersionViews.Create(ColumnOrder.Placed(now, shown), now, stage.VersionSchema, connection.PostgreSqlVersion.Major, replace: true);
            await new TransactionRunner(context).RunAsync(new TransactionStage(stage.Title, steps), number, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<ImmutableHashSet<int>> DoneAsync(CancellationToken cancellationToken)
    {
        var connection = await context.Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await MigrationStore.DoneAsync(connection, context.MigrationId, context.Verb, cancellationToken).ConfigureAwait(false);
    }

    private sealed class Forward(RunContext context) : IProgress<BackfillProgress>
    {
        public void Report(BackfillProgress value) => context.Progress?.Report(new MigrationEvent.BackfillAdvanced(value));
    }
}
