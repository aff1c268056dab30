using Lockkeeper.Locks.Tracing;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Cli.Output.Json.Tracing;

/// <summary>What one statement did.</summary>
internal sealed record TracedStatementOutput(
    int Line,
    string Sql,
    int Transaction,
    IReadOnlyList<LockOutput> Locks,
    IReadOnlyList<string> Rewritten,
    IReadOnlyList<string> Scanned,
    IReadOnlyList<string> ValidatedAtOnce,
    IReadOnlyList<string> AddedNotValid,
    IReadOnlyList<string> Validated,
    IReadOnlyList<RowsOutput> Rows,
    bool HasLockTimeout,
    string? Error,
    bool NeedsNoTransaction)
{
    public static TracedStatementOutput Of(TracedStatement traced) => new(
        traced.Statement.Line,
        traced.Statement.Sql,
        traced.Transaction,
        [.. traced.Locks.Select(taken => LockOutput.Of(new TableLock(taken.Table, taken.Mode)))],
        [.. traced.Rewritten.Select(table => table.ToString())],
        [.. traced.Scanned.Select(table => table.ToString())],
        traced.ValidatedAtOnce,
        traced.AddedNotValid,
        traced.Validated,
        [.. traced.Rows.Select(rows => new RowsOutput(rows.Table.Schema.Value, rows.Table.Name.Value, rows.Strength.InWords(), rows.Changed, rows.Rows))],
        traced.HasLockTimeout,
        traced.Error,
        traced.NeedsNoTransaction);

    /// <inheritdoc/>
    public bool Equals(TracedStatementOutput? other) => other is not null && Line == other.Line && Sql == other.Sql
        && Error == other.Error && Locks.SequenceEqual(other.Locks) && Rows.SequenceEqual(other.Rows);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Line, Sql, Error);
}
