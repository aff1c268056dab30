using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>The session whose lock the backfill waits for.</summary>
internal sealed record WaitOutput(string Table, int ProcessId, string Application, string State, double TransactionAgeMs)
{
    public static WaitOutput Of(BackfillWait wait) => new(
        wait.Table.ToString(), wait.Backend, wait.ApplicationName, wait.State, wait.TransactionAge.TotalMilliseconds);
}
