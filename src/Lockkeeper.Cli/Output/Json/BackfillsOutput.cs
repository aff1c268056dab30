using System.Collections.Immutable;
using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>All backfills that are known.</summary>
internal sealed record BackfillsOutput(ImmutableArray<BackfillStatusOutput> Backfills)
{
    public static BackfillsOutput Of(ImmutableArray<BackfillStatus> all) => new([.. all.Select(BackfillStatusOutput.Of)]);
}
