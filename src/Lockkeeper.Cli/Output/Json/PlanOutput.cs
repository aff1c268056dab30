using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>All that a migration will do.</summary>
internal sealed record PlanOutput(
    string Migration, string Schema, string VersionSchema, ImmutableArray<string> Notes, ImmutableArray<StageOutput> Start,
    ImmutableArray<StageOutput> Complete, ImmutableArray<StageOutput> Rollback, SchemaOutput? After)
{
    /// <summary>The migrations that were squashed into this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Squashed { get; init; }

    public static PlanOutput Of(MigrationPlan plan) => new(
        plan.Migration, plan.Schema.Value, plan.VersionSchema.Value, plan.Notes,
        [.. plan.Start.Select(StageOutput.Of)], [.. plan.Complete.Select(StageOutput.Of)], [.. plan.Rollback.Select(StageOutput.Of)],
        plan.After is { } after ? SchemaOutput.Of(after) : null)
    {
        Squashed = plan.Squashed.IsEmpty ? null : plan.Squashed,
    };
}
