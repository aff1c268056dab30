using System.Collections.Immutable;

namespace Lockkeeper.Locks.Diagnosing;

/// <summary>What is checked, and from where on it is yellow or red.</summary>
public sealed record DiagnoseOptions
{
    /// <summary>Thresholds in the place of the defaults, by the name of the check.</summary>
    public ImmutableSortedDictionary<string, Thresholds> Thresholds { get; init; } = ImmutableSortedDictionary<string, Thresholds>.Empty;

    /// <summary>The names of the checks to run; empty for all.</summary>
    public ImmutableArray<string> Only { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(DiagnoseOptions? other) =>
        other is not null && Thresholds.SequenceEqual(other.Thresholds) && Only.SequenceEqual(other.Only);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Thresholds.Count, Only.Length);

    internal ImmutableArray<string> Problems()
    {
        var known = CheckList.All.Select(check => check.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Thresholds.Keys.Concat(Only).Where(name => !known.Contains(name)).Distinct()
                .Select(name => $"there is no check \"{name}\" (there are {string.Join(", ", known.Order(StringComparer.Ordinal))})"),
            .. Thresholds.Where(t => double.IsNaN(t.Value.Yellow) || double.IsNaN(t.Value.Red) || t.Value.Red < t.Value.Yellow)
                .Select(t => $"the thresholds of {t.Key} are {t.Value.Yellow} and {t.Value.Red}; red must be at least yellow"),
        ];
    }
}
