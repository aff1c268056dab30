using System.Collections.Immutable;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>Where a history begins, and the file that stands for it.</summary>
internal sealed record BaselineOutput(
    string Migration, string State, string? VersionSchema, double ElapsedMs, ImmutableArray<BackfillOutput> Backfills,
    ImmutableArray<string> Drift, string? File, ImmutableArray<string> LeftOut)
{
    public static BaselineOutput Of(MigrationReport report, string? file, ImmutableArray<string> leftOut)
    {
        var output = MigrationOutput.Of(report);
        return new BaselineOutput(
            output.Migration, output.State, output.VersionSchema, output.ElapsedMs, output.Backfills, output.Drift, file, leftOut);
    }
}
