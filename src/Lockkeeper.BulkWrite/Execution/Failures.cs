using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Says what a failure of the server or of the connection means for a unit.</summary>
internal static class Failures
{
    public static bool IsOfServer(Exception failure) => failure is NpgsqlException || TransientErrors.IsConnectionLoss(failure);

    /// <summary>Whether the driver refused a value before or while it was sent. Afterwards the connection may be broken; nothing was committed.</summary>
    public static bool IsOfDriver(Exception failure) => failure is InvalidCastException or ArgumentException or OverflowException
        or NotSupportedException or FormatException;

    /// <summary>A failure before the commit: the outcome is known whatever it was.</summary>
    /// <param name="failure">What the driver threw.</param>
    /// <param name="step">What the server was doing.</param>
    /// <param name="owned">Whether the transaction is the unit's own.</param>
    /// <param name="retries">How often it was run again.</param>
    /// <param name="row">The row that the server refused, where it was found.</param>
    public static BulkWriteException Of(Exception failure, PlannedStep? step, bool owned, int retries, FoundRow? row = null) => failure switch
    {
        _ when TransientErrors.IsConnectionLoss(failure) => BulkWriteException.ConnectionLost(owned, failure),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } forbidden => BulkWriteException.Forbidden(step?.Table, owned, forbidden),
        PostgresException undone when RetryRule.IsUndone(undone.SqlState) => BulkWriteException.Deadlocked(step?.Table, step?.Change, retries, owned, undone),
        PostgresException refused => BulkWriteException.Refused(step?.Table, row, step?.Change, owned, refused),
        _ => BulkWriteException.ConnectionLost(owned, failure),
    };
}
