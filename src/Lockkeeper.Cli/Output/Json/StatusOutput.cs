using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>Where a schema stands: pgroll's three fields with pgroll's values, then ours.</summary>
internal sealed record StatusOutput(
    string Schema, string Version, string Status, string? Migration, string State, string? VersionSchema, string? PreviousVersionSchema)
{
    /// <summary>The migrations that were squashed into the latest one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Squashed { get; init; }

    public static StatusOutput Of(SchemaStatus status) => new(
        status.Schema.Value,
        VersionOf(status),
        status.State switch
        {
            MigrationState.None => "No migrations",
            MigrationState.Complete => "Complete",
            _ => "In progress",
        },
        status.Migration,
        Names.Of(status.State),
        status.VersionSchema?.Value,
        status.PreviousVersionSchema?.Value)
    {
        Squashed = status.Squashed.IsEmpty ? null : status.Squashed,
    };

    // pgroll's version is the name of the version's schema without the schema's own in front.
    private static string VersionOf(SchemaStatus status) =>
        status.VersionSchema is { } version && version.Value.StartsWith($"{status.Schema.Value}_", StringComparison.Ordinal)
            ? version.Value[(status.Schema.Value.Length + 1)..]
            : status.VersionSchema?.Value ?? "";
}
