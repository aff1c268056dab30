using System.Collections.Immutable;

namespace Lockkeeper.Bench.Measuring;

/// <summary>All runs of one way with one number of indexes.</summary>
internal sealed record Result(int Indexes, string Way, ImmutableArray<Measurement> Runs)
{
    /// <summary>The median of one figure. A median of three is not moved by one run that was disturbed.</summary>
    public double Median(Func<Measurement, double> figure)
    {
        var sorted = Runs.Select(figure).Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public bool Equals(Result? other) =>
        other is not null && Indexes == other.Indexes && Way == other.Way && Runs.SequenceEqual(other.Runs);

    public override int GetHashCode() => HashCode.Combine(Indexes, Way, Runs.Length);
}
