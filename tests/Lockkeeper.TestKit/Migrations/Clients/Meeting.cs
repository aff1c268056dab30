using System.Globalization;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Locking;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>Sees to it that a verb and clients meet: a verb of a few milliseconds might otherwise pass between two statements.</summary>
/// <remarks>
/// 1. Before each stage, every client runs a statement more.
/// 2. Before a stage that locks a table, a client's transaction locks it as a write does, and stays open until the verb is seen waiting for it.
///    Meanwhile the other clients go on, and queue behind the verb.
/// 3. When a backfill has moved, every client runs a statement more.
/// </remarks>
internal sealed class Meeting(ClientCrowd crowd, NpgsqlConnection holder, NpgsqlConnection observer) : IProgress<MigrationEvent>
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(2);

    private readonly Phase _phase = crowd.Now;
    private Task _releasing = Task.CompletedTask;
    private volatile bool _stageIsOver;
    private bool _filling;

    public void Report(MigrationEvent value) => ReportAsync(value).GetAwaiter().GetResult();

    /// <summary>Ends the transaction that is still open, if the verb failed in the middle of a stage.</summary>
    public Task EndAsync()
    {
        _stageIsOver = true;
        return _releasing;
    }

    private async Task ReportAsync(MigrationEvent value)
    {
        switch (value)
        {
            case MigrationEvent.StageStarted { Stage: var stage }:
                await crowd.EachMoreAsync(1, CancellationToken.None);
                await HoldAsync(stage);
                break;
            case MigrationEvent.StageDone:
                await EndAsync();
                break;
            case MigrationEvent.BackfillAdvanced when !_filling:
                _filling = true;
                await crowd.EachMoreAsync(1, CancellationToken.None);
                break;
        }
    }

    private async Task HoldAsync(Stage stage)
    {
        if (stage is not TransactionStage transaction || await TableAsync(transaction) is not { } table)
        {
            return;
        }

        _phase.Locking++;
        _stageIsOver = false;
        await holder.ExecuteAsync($"BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE", CancellationToken.None);
        _releasing = Task.Run(ReleaseAsync);
    }

    private async Task<string?> TableAsync(TransactionStage stage)
    {
        foreach (var wanted in stage.Locks.Where(l => l.Mode.ConflictsWith(LockMode.RowExclusive)))
        {
            if (await observer.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($q${wanted.Table}$q$) AND relkind IN ('r', 'p'))", CancellationToken.None))
            {
                return wanted.Table.ToString();
            }
        }

        return null;
    }

    private async Task ReleaseAsync()
    {
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'lockkeeper' AND {holder.ProcessID} = ANY(pg_blocking_pids(pid)))");
        while (!_stageIsOver)
        {
            if (await observer.ScalarAsync<bool>(seen, CancellationToken.None))
            {
                _phase.Met++;
                break;
            }

            await Task.Delay(LookAgainAfter, TimeProvider.System, CancellationToken.None);
        }

        await holder.ExecuteAsync("COMMIT", CancellationToken.None);
    }
}
