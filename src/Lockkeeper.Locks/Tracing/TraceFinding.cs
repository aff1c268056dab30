using System.Collections.Immutable;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Something in a script that would hurt on a live server.</summary>
/// <param name="Rule">The rule's name, as <c>--allow</c> takes it.</param>
/// <param name="Lines">The lines at which the statements begin that it is about, at least one.</param>
/// <param name="Words">What, and what to do instead.</param>
public sealed record TraceFinding(string Rule, ImmutableArray<int> Lines, string Words)
{
    /// <summary>The line of the first statement.</summary>
    public int Line => Lines[0];

    /// <inheritdoc/>
    public bool Equals(TraceFinding? other) => other is not null && Rule == other.Rule && Words == other.Words && Lines.SequenceEqual(other.Lines);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rule, Words);
}
