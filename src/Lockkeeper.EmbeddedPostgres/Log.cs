using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres;

/// <summary>Every log message of this project, with its number. 100-199 belong to the embedded server.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Information,
        Message = "PostgreSQL {Version} from {BinDirectory} accepts connections on port {Port} after {Elapsed}")]
    public static partial void Started(this ILogger logger, string version, string binDirectory, int port, TimeSpan elapsed);

    [LoggerMessage(EventId = 101, Level = LogLevel.Debug, Message = "Server on port {Port} removed with its folder")]
    public static partial void Removed(this ILogger logger, int port);

    [LoggerMessage(EventId = 102, Level = LogLevel.Information, Message = "Fetching {Package} into {Folder}")]
    public static partial void Fetching(this ILogger logger, string package, string folder);

    [LoggerMessage(EventId = 103, Level = LogLevel.Debug, Message = "Passed over {Folder}: {Reason}")]
    public static partial void PassedOver(this ILogger logger, string folder, string reason);

    [LoggerMessage(EventId = 104, Level = LogLevel.Debug, Message = "Port {Port} was taken meanwhile; trying another")]
    public static partial void PortTaken(this ILogger logger, int port);

    [LoggerMessage(EventId = 105, Level = LogLevel.Information, Message = "Removed {Folder}, left by a run that was killed")]
    public static partial void LeftoverRemoved(this ILogger logger, string folder);

    [LoggerMessage(EventId = 106, Level = LogLevel.Warning, Message = "The folder {Folder} could not be removed: {Reason}")]
    public static partial void NotRemoved(this ILogger logger, string folder, string reason);

    [LoggerMessage(EventId = 107, Level = LogLevel.Warning, Message = "The server in {Folder} was killed because it did not stop: {Reason}")]
    public static partial void KilledInstead(this ILogger logger, string folder, string reason);
}
