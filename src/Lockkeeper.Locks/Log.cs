using Microsoft.Extensions.Logging;

namespace Lockkeeper.Locks;

/// <summary>Every log message of this project, with its number. 4000-4099 belong to locks.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4000, Level = LogLevel.Debug,
        Message = "Snapshot: {Waiting} sessions wait in {Incidents} incidents, the longest for {LongestMs} ms; read in {ElapsedMs} ms")]
    public static partial void SnapshotTaken(this ILogger logger, int waiting, int incidents, double longestMs, double elapsedMs);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "The connection was lost ({Reason}); the next snapshot takes a new one")]
    public static partial void ConnectionLost(this ILogger logger, string reason);
}
