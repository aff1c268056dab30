using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>Where a schema stands.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Migration">Its latest migration; null when there is none.</param>
/// <param name="State">How far that one is.</param>
/// <param name="VersionSchema">The schema of the latest version that clients can use; null when there is none.</param>
/// <param name="PreviousVersionSchema">The schema of the version before it, while that one serves too.</param>
public sealed record SchemaStatus(
    Identifier Schema, string? Migration, MigrationState State, Identifier? VersionSchema, Identifier? PreviousVersionSchema);
