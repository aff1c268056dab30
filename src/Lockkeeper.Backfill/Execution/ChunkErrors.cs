using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Decides from the SQLSTATE alone what an error of a chunk means.</summary>
internal static class ChunkErrors
{
    /// <summary>The outcome that the error stands for, or nothing if no row and no lock is to blame and the run has to end.</summary>
    public static ChunkOutcome? OutcomeOf(PostgresException error) => error.SqlState switch
    {
        // The lock timeout is below deadlock_timeout, so a chunk should never find a deadlock; if it does, it gave way all the same.
        // A serialization failure is possible under READ COMMITTED too: a client moved the row to another partition while we waited.
        var state when TransientErrors.IsWorthRetrying(state) => new ChunkOutcome.Locked(),
        PostgresErrorCodes.QueryCanceled => new ChunkOutcome.TooSlow(error),
        _ when IsElsewhere(error) => new ChunkOutcome.RangeLost(error),
        _ => IsAboutARow(error.SqlState) ? new ChunkOutcome.RowRefused(error) : null,
    };

    /// <summary>Whether the leaf was renamed, moved to another schema or dropped since its name was read.</summary>
    public static bool IsElsewhere(PostgresException error) => error.SqlState
        is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName;

    /// <summary>Whether the values of a row were not what the expressions say; <see cref="ChunkStatement"/> says it by another null.</summary>
    public static bool IsAnotherValue(PostgresException error) => error is
    {
        SqlState: PostgresErrorCodes.NotNullViolation, SchemaName: "lockkeeper", TableName: "backfill_ranges" or "backfills", ColumnName: "lock_timeouts",
    };

    /// <summary>Whether a row still needed the backfill after it had been filled; <see cref="ChunkStatement"/> says it by a null in the range's row.</summary>
    public static bool IsStillPending(PostgresException error) => error is
    {
        SqlState: PostgresErrorCodes.NotNullViolation, SchemaName: "lockkeeper", TableName: "backfill_ranges" or "backfills", ColumnName: "chunks",
    };

    // Classes of Appendix A of the manual: cardinality violation, data exception, integrity constraint violation, with check option,
    // SQL routine and external routine exceptions, raise in PL/pgSQL, program limit (a value too long for an index).
    private static bool IsAboutARow(string sqlState) =>
        sqlState[..2] is "21" or "22" or "23" or "44" or "2F" or "38" or "39" or "P0" or "54";
}
