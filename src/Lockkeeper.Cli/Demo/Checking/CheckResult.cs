using System.Collections.Immutable;

namespace Lockkeeper.Cli.Demo.Checking;

/// <summary>What came of comparing every row.</summary>
/// <param name="RowsCompared">Rows looked at, and deleted ones looked for.</param>
/// <param name="RowsWritten">How many of them clients had written or deleted.</param>
/// <param name="LostWrites">Rows whose last committed write is not there, or not whole.</param>
/// <param name="WrongRows">Rows that no client wrote, and that are missing, made up or filled with something else than <c>up</c>.</param>
/// <param name="Examples">The first of both, in words.</param>
internal sealed record CheckResult(
    long RowsCompared, long RowsWritten, long LostWrites, long WrongRows, ImmutableArray<string> Examples)
{
    /// <inheritdoc/>
    public bool Equals(CheckResult? other) => other is not null && RowsCompared == other.RowsCompared && RowsWritten == other.RowsWritten
        && LostWrites == other.LostWrites && WrongRows == other.WrongRows && Examples.SequenceEqual(other.Examples);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RowsCompared, RowsWritten, LostWrites, WrongRows);
}
