using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations;

/// <summary>A migration in a schema's history.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is.</param>
/// <param name="IsBaseline">Whether the history begins with it: files up to its name count as applied.</param>
/// <param name="VersionSchema">The schema of its views; null when it has none.</param>
/// <param name="Checksum">The checksum of its content; null for a baseline that only marks where the history begins, and for what was taken over from pgroll.</param>
/// <param name="StartedAt">When it was started, by the server's clock.</param>
/// <param name="CompletedAt">When it was completed; null when it is under way.</param>
public sealed record AppliedMigration(
    string Name,
    MigrationState State,
    bool IsBaseline,
    Identifier? VersionSchema,
    string? Checksum,
    DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>Its content as JSON; null for a baseline that only marks where the history begins.</summary>
    public string? Content { get; init; }

    /// <summary>The migration that it was squashed into, which has the version and the plan of both; null for one by itself.</summary>
    public string? SquashedInto { get; init; }
}
