using System.Collections.Immutable;

namespace Lockkeeper.Bench.Measuring;

/// <summary>How long a client took to update every row of a table that has a way's triggers.</summary>
/// <param name="Column">The column that it set.</param>
/// <param name="Triggers">What lay on the table.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Seconds">The runs.</param>
internal sealed record WriteResult(string Column, string Triggers, int Rows, ImmutableArray<double> Seconds)
{
    /// <summary>The middle one, or the lower of two in the middle.</summary>
    public double MedianSeconds => Seconds.Order().ElementAt((Seconds.Length - 1) / 2);

    public bool Equals(WriteResult? other) => other is not null && Column == other.Column && Triggers == other.Triggers
        && Rows == other.Rows && Seconds.SequenceEqual(other.Seconds);

    public override int GetHashCode() => HashCode.Combine(Column, Triggers, Rows, Seconds.Length);
}
