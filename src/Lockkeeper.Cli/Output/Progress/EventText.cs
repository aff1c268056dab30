using System.Globalization;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Events in words, as markup.</summary>
internal static class EventText
{
    public static string Place(int number, int count) => string.Create(CultureInfo.InvariantCulture, $"{number}/{count}");

    /// <summary>How far a backfill is, without its table's name.</summary>
    public static string Of(BackfillProgress progress)
    {
        var left = ShareOf(progress) >= 1 ? "" : progress.Remaining is { } remaining ? $", about {Amounts.About(remaining)} left" : ", ... left";
        return $"{Amounts.Percent(ShareOf(progress))}, {Amounts.Rows(progress.Rows)}, {Amounts.Rate(progress.RowsPerSecond)}{left}";
    }

    /// <summary>How it goes about it: what a client may wait, what touched no index, how the table has grown, who helps. Empty before the first chunk.</summary>
    public static string Manner(BackfillProgress progress) => string.Join(", ", new[]
    {
        progress.LastChunk > TimeSpan.Zero ? $"chunks of {Amounts.Duration(progress.LastChunk)}" : null,
        progress.HotShare is { } hot ? $"{Amounts.Percent(hot)} HOT" : null,
        progress.Growth is { } growth ? $"table {Amounts.Times(growth)}" : null,
        progress.Processes > 1 ? string.Create(CultureInfo.InvariantCulture, $"{progress.Processes} processes") : null,
    }.OfType<string>());

    public static string Held(string reasons) => $"stands still, holding nothing: {Shown.Line(reasons)}";

    public static string Unreadable(string problems) => $"not read: {Shown.Line(problems)}";

    public static double ShareOf(BackfillProgress progress) =>
        progress.OrderedShare is { } ordered ? Math.Clamp(ordered, 0, 1)
        : progress.BlocksTotal <= 0 ? 1 : Math.Clamp((double)progress.BlocksDone / progress.BlocksTotal, 0, 1);

    public static string Of(BackfillWait wait) => Waiting(
        Shown.Line(wait.Table.ToString()), Session(wait.Backend, wait.ApplicationName, wait.State, wait.TransactionAge, null));

    public static string Of(MigrationEvent.LockAwaited awaited)
    {
        var attempt = awaited.Attempt == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", attempt {awaited.Attempt}");
        var waits = $"waits ({Amounts.Duration(awaited.Waited)}{attempt})";
        return awaited.Holders.IsEmpty
            ? $"{waits} for a lock, holding nothing; who has it cannot be seen"
            : $"{waits}, holding nothing, for {string.Join("; ", awaited.Holders.Select(Of))}";
    }

    private static string Of(LockHolder holder) =>
        Session(holder.ProcessId, holder.Application, holder.State, holder.TransactionAge, holder.Query);

    private static string Waiting(string table, string session) => $"waits, holding nothing, for a lock on {table} held by {session}";

    private static string Session(int processId, string? application, string? state, TimeSpan? age, string? query)
    {
        // PostgreSQL gives a prepared transaction no process.
        var who = processId == 0 ? "a prepared transaction" : string.Create(CultureInfo.InvariantCulture, $"pid {processId}");
        string?[] details =
        [
            string.IsNullOrEmpty(application) ? null : Shown.Short(application),
            string.IsNullOrEmpty(state) ? null : Shown.Line(state),
            age is { } open ? $"transaction open for {Amounts.Duration(open)}" : null,
        ];
        var known = string.Join(", ", details.OfType<string>());
        return who + (known.Length > 0 ? $" ({known})" : "") + (string.IsNullOrEmpty(query) ? "" : $": {Shown.Short(query)}");
    }
}
