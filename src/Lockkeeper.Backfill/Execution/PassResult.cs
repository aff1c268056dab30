using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>How a worker left a range.</summary>
internal abstract record PassResult
{
    private PassResult()
    {
    }

    /// <summary>All that this pass could fill is filled.</summary>
    public sealed record Passed : PassResult;

    /// <summary>Rows are left for another pass, mostly because somebody still has them locked.</summary>
    public sealed record RowsLeft : PassResult;

    /// <summary>The range changed hands, or its leaf was rewritten, renamed or dropped; the error if the server gave one.</summary>
    public sealed record Lost(PostgresException? Error) : PassResult;
}
