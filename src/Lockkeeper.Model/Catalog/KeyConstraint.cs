using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>A primary key or unique constraint by its parts, so that the reader and the planner write it in the same words.</summary>
/// <param name="Kind"><see cref="ConstraintKind.PrimaryKey"/> or <see cref="ConstraintKind.Unique"/>.</param>
/// <param name="Columns">The key columns, in key order.</param>
public sealed record KeyConstraint(ConstraintKind Kind, ImmutableArray<Identifier> Columns)
{
    /// <summary>The columns that the index only carries.</summary>
    public ImmutableArray<Identifier> Include { get; init; } = [];

    /// <summary>Whether two nulls count as equal (PostgreSQL 15 and later).</summary>
    public bool NullsNotDistinct { get; init; }

    /// <summary>Whether a transaction may put the check off.</summary>
    public bool Deferrable { get; init; }

    /// <summary>Whether the check is put off unless a transaction says otherwise.</summary>
    public bool InitiallyDeferred { get; init; }

    /// <summary>What follows ADD CONSTRAINT name.</summary>
    public string Definition => string.Concat(
        Kind == ConstraintKind.PrimaryKey ? "PRIMARY KEY" : "UNIQUE",
        NullsNotDistinct ? " NULLS NOT DISTINCT" : "",
        $" ({string.Join(", ", Columns)})",
        Include.IsEmpty ? "" : $" INCLUDE ({string.Join(", ", Include)})",
        Timing);

    /// <summary>The part of <see cref="Definition"/> that tells when the check happens; starts with a space unless empty.</summary>
    public string Timing => (Deferrable ? " DEFERRABLE" : "") + (InitiallyDeferred ? " INITIALLY DEFERRED" : "");

    /// <inheritdoc/>
    public bool Equals(KeyConstraint? other) => other is not null && Kind == other.Kind
        && Columns.SequenceEqual(other.Columns) && Include.SequenceEqual(other.Include)
        && NullsNotDistinct == other.NullsNotDistinct
        && Deferrable == other.Deferrable && InitiallyDeferred == other.InitiallyDeferred;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Columns.Length);
}
