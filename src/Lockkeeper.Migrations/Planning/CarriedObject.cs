using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Something that goes over to a column's copy as it was when the plan was made.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="Definition">Its definition, in the server's own words.</param>
public sealed record CarriedObject(string Name, ImmutableArray<string> Definition)
{
    /// <inheritdoc/>
    public bool Equals(CarriedObject? other) => other is not null && Name == other.Name && Definition.SequenceEqual(other.Definition);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Definition.Length);
}
