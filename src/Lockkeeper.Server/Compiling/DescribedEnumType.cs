using System.Collections.Immutable;

namespace Lockkeeper.Server.Compiling;

/// <summary>An enumerated type as the server knows it.</summary>
/// <param name="Type">The type as <c>format_type</c> prints it with an empty search path.</param>
/// <param name="IsOwned">Whether the role may alter it.</param>
/// <param name="Values">Its values, in their order.</param>
public sealed record DescribedEnumType(string Type, bool IsOwned, ImmutableArray<string> Values)
{
    /// <inheritdoc/>
    public bool Equals(DescribedEnumType? other) =>
        other is not null && Type == other.Type && IsOwned == other.IsOwned && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, IsOwned, Values.Length);
}
