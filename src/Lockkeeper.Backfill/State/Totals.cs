namespace Lockkeeper.Backfill.State;

/// <summary>The counts of a job, over all of its ranges and runs.</summary>
internal sealed record Totals(
    long BlocksTotal,
    long BlocksDone,
    long Rows,
    long Chunks,
    long LockTimeouts,
    long StatementTimeouts,
    long RowsRevisited,
    long Restarts,
    long RangesLeft);
