using Lockkeeper.Migrations;
using Npgsql;

namespace Lockkeeper.Cli.Running;

/// <summary>Finds out whether a history was begun although beginning it failed, as when the connection breaks before the answer.</summary>
internal sealed class BegunHistory(CommandRun run)
{
    // Somebody waits for the reason of a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the history surely lacks a migration; when nobody can say, it may have it.</summary>
    /// <param name="name">The migration.</param>
    /// <param name="failure">How beginning with it failed.</param>
    public async Task<bool> LacksAsync(string name, Exception failure)
    {
        if (failure is MigrationException { Outcome: MigrationOutcome.NothingChanged } or InvalidMigrationException)
        {
            return true;
        }

        using var enough = new CancellationTokenSource(Patience, run.Context.Time);
        try
        {
            return (await run.Migrator.HistoryAsync(enough.Token)).All(migration => migration.Name != name);
        }
        catch (Exception unknown) when (unknown is NpgsqlException or MigrationException or InvalidMigrationException or OperationCanceledException or TimeoutException)
        {
            return false;
        }
    }
}
