using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.BulkWrite;

/// <summary>Every log message of this project, with its number. 3000-3099 belong to bulk writes.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Information, Message = "Lock order {Fingerprint} of {Tables} tables")]
    public static partial void OrderRead(this ILogger logger, string fingerprint, int tables);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "Unit of {Changes} inputs written, {Inserted} inserted, {Updated} updated, {Deleted} deleted, in {ElapsedMs} ms")]
    public static partial void Written(this ILogger logger, int changes, long inserted, long updated, long deleted, double elapsedMs);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning,
        Message = "A writer that keeps another order stood in the way ({SqlState}) at {Table}; attempt {Attempt} after {PauseMs} ms")]
    public static partial void RunAgain(this ILogger logger, string sqlState, TableName? table, int attempt, double pauseMs);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "{Table}: {Warning}")]
    public static partial void NotPromised(this ILogger logger, TableName table, string warning);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Debug, Message = "Counter {Column} of {Table}: {Deltas} deltas gathered into {Rows} rows")]
    public static partial void RolledUp(this ILogger logger, Identifier column, TableName table, long deltas, long rows);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "Counter {Column} of {Table}: {Rows} rows were wrong, by {Drift} in all, and are corrected")]
    public static partial void Corrected(this ILogger logger, Identifier column, TableName table, long rows, long drift);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "Deltas of counters were not gathered; the next attempt is after {PauseSeconds} s")]
    public static partial void RollUpFailed(this ILogger logger, Exception failure, double pauseSeconds);
}
