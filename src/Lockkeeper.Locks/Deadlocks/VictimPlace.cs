using System.Collections.Immutable;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>What the CONTEXT of a message says of where its process was.</summary>
/// <param name="Action">What it was doing to a row, such as <c>updating</c>; null where it waited for no row.</param>
/// <param name="Ctid">The row's address.</param>
/// <param name="Relation">The table, or the index for <c>inserting index</c>; without its schema.</param>
/// <param name="Statement">The inner statement, where it was inside of a function.</param>
/// <param name="Frames">The functions, innermost first.</param>
public sealed record VictimPlace(string? Action, string? Ctid, string? Relation, string? Statement, ImmutableArray<string> Frames)
{
    /// <summary>Nothing is known.</summary>
    public static VictimPlace Unknown { get; } = new(null, null, null, null, []);

    /// <inheritdoc/>
    public bool Equals(VictimPlace? other) => other is not null && Action == other.Action && Ctid == other.Ctid
        && Relation == other.Relation && Statement == other.Statement && Frames.SequenceEqual(other.Frames);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Action, Ctid, Relation, Statement);
}
