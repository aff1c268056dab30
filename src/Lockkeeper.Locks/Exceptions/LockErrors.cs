using Lockkeeper.Locks.Deadlocks;
using Lockkeeper.Locks.Deadlocks.Logs;
using Npgsql;

namespace Lockkeeper.Locks.Exceptions;

/// <summary>Explains what Npgsql throws when a lock was not to be had.</summary>
public static class LockErrors
{
    /// <summary>What an exception means, or null where it is not about locks.</summary>
    /// <param name="exception">What was thrown; with <c>Include Error Detail=true</c> in the connection string it holds the ring of a deadlock.</param>
    /// <param name="statement">The statement that failed, by which the kind of a deadlock is told better; may be null.</param>
    public static LockErrorExplanation? ExplainLock(this PostgresException exception, string? statement = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.SqlState switch
        {
            PostgresErrorCodes.DeadlockDetected => OfDeadlock(exception, statement),
            PostgresErrorCodes.LockNotAvailable => OfTimeout(exception),
            _ => null,
        };
    }

    private static LockErrorExplanation OfDeadlock(PostgresException exception, string? statement)
    {
        var deadlock = DeadlockReader.Read(new LogEntry
        {
            Line = 0,
            Severity = "ERROR",
            Message = exception.MessageText,
            SqlState = exception.SqlState,
            Detail = exception.Detail,
            Context = exception.Where,
            Statement = statement,
        });
        if (deadlock is null)
        {
            return new LockErrorExplanation(
                "Several transactions waited for each other in a ring, and the server ended this one.",
                "Run the whole transaction again. The server's log has the ring: lockkeeper deadlocks LOGFILE explains it. "
                    + "Include Error Detail=true in the connection string lets the exception hold it, too.",
                MayBeRetried: true,
                []);
        }

        var explanation = DeadlockExplainer.Of(deadlock);
        var place = deadlock.Place is { Action: { } action, Relation: { } relation } ? $" This one was {action} a row of {relation}." : "";
        return new LockErrorExplanation(
            FormattableString.Invariant($"{deadlock.Edges.Length} transactions waited for each other in a ring ({explanation.Name}), and the server ended this one.")
                + $"{place} {explanation.Why}",
            $"Run the whole transaction again. So that it does not happen: {explanation.Change}",
            MayBeRetried: true,
            deadlock.Edges);
    }

    // "canceling statement due to lock timeout" and NOWAIT have one code; only a NOWAIT's message names the relation, and messages are translated.
    private static LockErrorExplanation OfTimeout(PostgresException exception) => new(
        $"The lock was not free within lock_timeout, or at once where NOWAIT was asked for: {exception.MessageText}.",
        "Run the whole transaction again after a pause. While it lasts, lockkeeper locks shows who holds the lock; with log_lock_waits the server logs it.",
        MayBeRetried: true,
        []);
}
