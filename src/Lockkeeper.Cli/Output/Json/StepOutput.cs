using System.Collections.Immutable;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>One statement of a plan.</summary>
internal sealed record StepOutput(string Purpose, string Sql, ImmutableArray<LockOutput> Locks, string Effect, string? Undo)
{
    public static StepOutput Of(Step step) => new(
        step.Purpose, step.Sql, [.. step.Locks.Select(LockOutput.Of)], Names.Of(step.Effect), step.Undo?.Sql);
}
