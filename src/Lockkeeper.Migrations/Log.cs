using Lockkeeper.Migrations.State;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.Migrations;

/// <summary>Every log message of this project, with its number. 1000 to 1099 belong to migrations.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Migration {Migration}: {Verb} begins, {Stages} stages")]
    public static partial void VerbBegins(this ILogger logger, string migration, Verb verb, int stages);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Migration {Migration}: {Verb} done in {ElapsedMs} ms")]
    public static partial void VerbDone(this ILogger logger, string migration, Verb verb, double elapsedMs);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Debug, Message = "Stage {Number}, {Title}, done in {ElapsedMs} ms")]
    public static partial void StageDone(this ILogger logger, int number, string title, double elapsedMs);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning,
        Message = "Stage {Title}: no lock at attempt {Attempt}, after {WaitedMs} ms; nothing is held until the next")]
    public static partial void LockNotObtained(this ILogger logger, string title, int attempt, double waitedMs);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "Migration {Migration}: failed with {Code}; what was done is being undone")]
    public static partial void Undoing(this ILogger logger, string migration, string code);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning, Message = "Migration {Migration}: {Difference}")]
    public static partial void Drifted(this ILogger logger, string migration, string difference);
}
