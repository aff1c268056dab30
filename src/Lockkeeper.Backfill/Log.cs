using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.Backfill;

/// <summary>Every log message of this project, with its number. 2000-2099 belong to the backfill.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Information,
        Message = "Backfill {Job}: {BlocksDone} of {BlocksTotal} blocks done; filling with {Workers} workers")]
    public static partial void Started(this ILogger logger, string job, long blocksDone, long blocksTotal, int workers);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information,
        Message = "Backfill {Job}: done and verified, {Rows} rows in {Chunks} chunks, this run {ElapsedMs} ms")]
    public static partial void Finished(this ILogger logger, string job, long rows, long chunks, double elapsedMs);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information,
        Message = "Backfill {Job}: planned {Leaves} leaves, of which {Rewritten} had been rewritten and are begun again")]
    public static partial void Planned(this ILogger logger, string job, int leaves, int rewritten);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning,
        Message = "The role may not set session_replication_role: the users' own triggers fire for each filled row")]
    public static partial void UserTriggersFire(this ILogger logger);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning,
        Message = "Connection lost ({SqlState}), attempt {Attempt} after {PauseMs} ms")]
    public static partial void Reconnecting(this ILogger logger, string sqlState, int attempt, double pauseMs);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Information, Message = "Backfill {Wait}")]
    public static partial void Waiting(this ILogger logger, BackfillWait wait);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Debug,
        Message = "Blocks {First} to {End} of {Leaf}: a row is locked, filling the others")]
    public static partial void StepsAround(this ILogger logger, long first, long end, TableName leaf);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Debug,
        Message = "Blocks {First} to {End} of {Leaf} took too long, halving")]
    public static partial void Halved(this ILogger logger, long first, long end, TableName leaf);

    [LoggerMessage(EventId = 2008, Level = LogLevel.Debug, Message = "Who holds the lock could not be read ({SqlState})")]
    public static partial void BlockerUnknown(this ILogger logger, string sqlState);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Debug,
        Message = "Claimed range {Range}: blocks {First} to {End} of {Leaf}")]
    public static partial void Claimed(this ILogger logger, long range, long first, long end, TableName leaf);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Information,
        Message = "{Leaf}: only {Share:P0} of the updates are HOT, so stripes do not pay for now; the horizon is held back by {HeldBackBy}")]
    public static partial void StripesDoNotPay(this ILogger logger, TableName leaf, double share, BackfillHorizon? heldBackBy);

    [LoggerMessage(EventId = 2020, Level = LogLevel.Information, Message = "Backfill {Job} stands still: {Reason}")]
    public static partial void Held(this ILogger logger, string job, string reason);

    [LoggerMessage(EventId = 2021, Level = LogLevel.Debug, Message = "The backfill's orders and signals could not be read: {Reason}")]
    public static partial void HelmLost(this ILogger logger, string reason);

    [LoggerMessage(EventId = 2022, Level = LogLevel.Information, Message = "Backfill {Job}: {Rows} rows need it again or still; the table is passed over once more")]
    public static partial void AnotherRound(this ILogger logger, string job, long rows);

    [LoggerMessage(EventId = 2023, Level = LogLevel.Information, Message = "Backfill {Job}: {Rows} rows that nobody wrote since are as their expressions say")]
    public static partial void Compared(this ILogger logger, string job, long rows);
}
