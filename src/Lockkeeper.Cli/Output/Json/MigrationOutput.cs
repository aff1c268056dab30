using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>How far a migration is now, and what was done on the way.</summary>
internal sealed record MigrationOutput(
    string Migration, string State, string? VersionSchema, double ElapsedMs, ImmutableArray<BackfillOutput> Backfills,
    ImmutableArray<string> Drift)
{
    /// <summary>The migrations that were squashed into this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Squashed { get; init; }

    /// <summary>What the plan remarks, where the migration was started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Notes { get; init; }

    public static MigrationOutput Of(MigrationReport report) => new(
        report.Migration, Names.Of(report.State), report.VersionSchema?.Value, report.Elapsed.TotalMilliseconds,
        [.. report.Backfills.Select(BackfillOutput.Of)], report.Drift)
    {
        Squashed = report.Squashed.IsEmpty ? null : report.Squashed,
        Notes = report.Notes.IsEmpty ? null : report.Notes,
    };
}
