using System.Collections.Immutable;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Where COPY writes to.</summary>
/// <param name="Sql">The COPY statement.</param>
/// <param name="Columns">The places of the mapped columns that it takes.</param>
/// <param name="Numbered">Whether each row is followed by its number.</param>
internal sealed record CopyTarget(string Sql, ImmutableArray<int> Columns, bool Numbered)
{
    public bool Equals(CopyTarget? other) => other is not null
        && Sql == other.Sql && Columns.SequenceEqual(other.Columns) && Numbered == other.Numbered;

    public override int GetHashCode() => HashCode.Combine(Sql, Columns.Length, Numbered);
}
