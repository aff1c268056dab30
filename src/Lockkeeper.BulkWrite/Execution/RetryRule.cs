using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Decides from the SQLSTATE alone whether a whole unit may be run again.</summary>
internal static class RetryRule
{
    /// <summary>Whether the server undid the transaction for a reason that another attempt may not meet.</summary>
    /// <remarks>
    /// Not what the driver calls transient: that includes connections that broke, and nobody knows what became of a commit on one.
    /// </remarks>
    public static bool IsUndone(string sqlState) =>
        sqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>Whether the unit is run again.</summary>
    /// <param name="sqlState">What the server said.</param>
    /// <param name="retriesSoFar">How often it was run again already.</param>
    /// <param name="retriesAllowed">How often it may be.</param>
    /// <param name="isReplayable">Whether all of its rows are still in memory.</param>
    public static bool RunsAgain(string sqlState, int retriesSoFar, int retriesAllowed, bool isReplayable) =>
        isReplayable && retriesSoFar < retriesAllowed && IsUndone(sqlState);
}
