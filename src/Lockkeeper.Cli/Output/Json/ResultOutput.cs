using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>What a verb has done; the last line of what it writes: event <c>result</c>.</summary>
internal sealed record ResultOutput(
    string Event, string Verb, string Migration, string State, string? VersionSchema, double ElapsedMs,
    ImmutableArray<BackfillOutput> Backfills, ImmutableArray<string> Drift)
{
    /// <summary>What the plan remarks, where the migration was started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Notes { get; init; }

    public static ResultOutput Of(string verb, MigrationReport report)
    {
        var output = MigrationOutput.Of(report);
        return new ResultOutput(
            "result", verb, output.Migration, output.State, output.VersionSchema, output.ElapsedMs, output.Backfills, output.Drift)
        {
            Notes = output.Notes,
        };
    }
}
