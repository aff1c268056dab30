using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>Where a schema stands.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Migration">Its latest migration; null when there is none.</param>
/// <param name="State">How far that one is.</param>
/// <param name="VersionSchema">The schema of the latest version that clients can use; null when there is none.</param>
/// <param name="PreviousVersionSchema">The schema of the version before it, while that one serves too.</param>
public sealed record SchemaStatus(
    Identifier Schema, string? Migration, MigrationState State, Identifier? VersionSchema, Identifier? PreviousVersionSchema)
{
    /// <summary>The migrations that were squashed into the latest one, in order; they are as far as it is.</summary>
    public ImmutableArray<string> Squashed { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(SchemaStatus? other) => other is not null && Schema == other.Schema && Migration == other.Migration && State == other.State
        && VersionSchema == other.VersionSchema && PreviousVersionSchema == other.PreviousVersionSchema && Squashed.SequenceEqual(other.Squashed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schema, Migration, State, VersionSchema);
}
