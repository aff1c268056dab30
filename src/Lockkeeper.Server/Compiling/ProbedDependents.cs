using System.Collections.Immutable;

namespace Lockkeeper.Server.Compiling;

/// <summary>What the server made of definitions over changed tables.</summary>
/// <param name="Refused">The place of the first definition that it refuses, or null.</param>
/// <param name="Message">What it says of that one, or null.</param>
/// <param name="ByPlace">What names columns by their place in the table, and would mean others now, each in the server's words.</param>
/// <param name="Retyped">The columns of views that get another type, each in words.</param>
public sealed record ProbedDependents(int? Refused, string? Message, ImmutableArray<string> ByPlace, ImmutableArray<string> Retyped)
{
    /// <inheritdoc/>
    public bool Equals(ProbedDependents? other) => other is not null && Refused == other.Refused && Message == other.Message
        && ByPlace.SequenceEqual(other.ByPlace) && Retyped.SequenceEqual(other.Retyped);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Refused, Message, ByPlace.Length, Retyped.Length);
}
