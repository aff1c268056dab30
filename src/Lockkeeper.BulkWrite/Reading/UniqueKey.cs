using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>A unique index, or an exclusion constraint's.</summary>
internal sealed class UniqueKey
{
    public required Identifier Name { get; init; }

    /// <summary>Its columns; of an index over expressions only those that are plain.</summary>
    public required ImmutableArray<Identifier> Columns { get; init; }

    public bool IsPrimary { get; init; }

    /// <summary>Whether it is over plain columns and all rows, so that a row's key in it can be known beforehand.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Checked row by row; a deferrable one cannot be what ON CONFLICT looks at.</summary>
    public bool IsImmediate { get; init; }

    public bool IsExclusion { get; init; }

    public bool Has(ImmutableArray<Identifier> columns) => Columns.Length == columns.Length && Columns.All(columns.Contains);
}
