using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>How a unit treats one table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Protection">How its rows come to be locked in one order.</param>
/// <param name="Gate">How the gate of the whole table is taken.</param>
public sealed record TablePlan(TableName Table, Protection Protection, TableGate Gate)
{
    /// <summary>How many key gates are taken.</summary>
    public int KeyGates { get; init; }

    /// <summary>Why it is so, in sentences.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>What the plan cannot promise, in sentences.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Two plans are equal when all their parts are.</summary>
    /// <param name="other">The other plan.</param>
    public bool Equals(TablePlan? other) => other is not null && Table == other.Table && Protection == other.Protection
        && Gate == other.Gate && KeyGates == other.KeyGates
        && Reasons.SequenceEqual(other.Reasons) && Warnings.SequenceEqual(other.Warnings);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Table, Protection, Gate, KeyGates);
}
