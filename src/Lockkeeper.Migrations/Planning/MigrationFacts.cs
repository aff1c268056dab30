using System.Collections.Immutable;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What was read about the server and the history before planning began.</summary>
/// <param name="Migration">The migration's name.</param>
/// <param name="VersionSchema">The schema whose views are the new version.</param>
/// <param name="MajorVersion">The server's major version.</param>
internal sealed record MigrationFacts(string Migration, Identifier VersionSchema, int MajorVersion)
{
    /// <summary>The schema of the version before, when there is one.</summary>
    public Identifier? PreviousVersion { get; init; }

    /// <summary>The views in it.</summary>
    public ImmutableArray<ShownView> PreviousViews { get; init; } = [];

    /// <summary>The role that migrates, and that owns what is made.</summary>
    public Identifier? Role { get; init; }

    /// <summary>Whether version schemas are made at all.</summary>
    public bool UseVersionSchemas { get; init; } = true;

    /// <summary>Whether completion follows before anybody writes through the new version.</summary>
    public bool CompletesAtOnce { get; init; }

    /// <summary>The schemas whose views come and go with their version.</summary>
    public ImmutableArray<Identifier> VersionSchemas => [.. new[] { PreviousVersion, VersionSchema }.OfType<Identifier>()];

    /// <summary>Whether a schema is one of ours, whose views come and go with their version.</summary>
    public bool IsVersionSchema(Identifier? schema) => schema is not null && (schema == PreviousVersion || schema == VersionSchema);

    public bool Equals(MigrationFacts? other) => other is not null && Migration == other.Migration
        && VersionSchema == other.VersionSchema && MajorVersion == other.MajorVersion
        && PreviousVersion == other.PreviousVersion && PreviousViews.SequenceEqual(other.PreviousViews)
        && Role == other.Role && UseVersionSchemas == other.UseVersionSchemas && CompletesAtOnce == other.CompletesAtOnce;

    public override int GetHashCode() => HashCode.Combine(Migration, VersionSchema, MajorVersion);
}
