using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What starting does to one table that exists: all of it goes into one short transaction.</summary>
/// <param name="Table">The table, by its own name.</param>
/// <param name="Steps">New columns and their constraints, in order.</param>
/// <param name="Syncs">The columns that triggers keep in step, in the order in which they are computed.</param>
internal sealed record TableChange(TableName Table, ImmutableArray<Step> Steps, ImmutableArray<ColumnSync> Syncs)
{
    /// <summary>Whether rows live in partitions.</summary>
    public bool IsPartitioned { get; init; }

    public bool Equals(TableChange? other) => other is not null && Table == other.Table
        && IsPartitioned == other.IsPartitioned && Steps.SequenceEqual(other.Steps) && Syncs.SequenceEqual(other.Syncs);

    public override int GetHashCode() => HashCode.Combine(Table, Steps.Length, Syncs.Length);
}
