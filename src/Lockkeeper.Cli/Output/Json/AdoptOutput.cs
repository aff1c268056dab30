using System.Collections.Immutable;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>What was taken over from pgroll, and what is left of it.</summary>
internal sealed record AdoptOutput(
    ImmutableArray<AdoptedOutput> Imported, ImmutableArray<string> EventTriggers, bool PgrollDropped, ImmutableArray<string> Removal,
    ImmutableArray<string> Unsure)
{
    public static AdoptOutput Of(AdoptionReport report) => new(
        [.. report.Imported.Select(m => new AdoptedOutput(m.Name, m.Kind, m.VersionSchema?.Value))],
        [.. report.EventTriggers.Select(trigger => trigger.Value)], report.IsPgrollDropped, report.Removal, report.Unsure);
}
