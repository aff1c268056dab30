using System.Collections.Immutable;
using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>Which table is filled, and what each column gets.</summary>
internal sealed record BackfillJobOutput(string Schema, string Table, ImmutableArray<AssignmentOutput> Columns)
{
    public static BackfillJobOutput Of(BackfillJob job) => new(
        job.Table.Schema.Value, job.Table.Name.Value, [.. job.Assignments.Select(AssignmentOutput.Of)]);
}
