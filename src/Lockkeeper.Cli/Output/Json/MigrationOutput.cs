using System.Collections.Immutable;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>How far a migration is now, and what was done on the way.</summary>
internal sealed record MigrationOutput(
    string Migration, string State, string? VersionSchema, double ElapsedMs, ImmutableArray<BackfillOutput> Backfills,
    ImmutableArray<string> Drift)
{
    public static MigrationOutput Of(MigrationReport report) => new(
        report.Migration, Names.Of(report.State), report.VersionSchema?.Value, report.Elapsed.TotalMilliseconds,
        [.. report.Backfills.Select(BackfillOutput.Of)], report.Drift);
}
