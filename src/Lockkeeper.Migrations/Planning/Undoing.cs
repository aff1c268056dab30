using System.Collections.Immutable;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The part of a plan's rollback that undoes what was done. The rest would meet what is others': a table of the name that ours would have had.</summary>
internal static class Undoing
{
    /// <param name="plan">The plan.</param>
    /// <param name="done">The numbers of the start's stages that were done, the first being 1.</param>
    public static ImmutableArray<Stage> Of(MigrationPlan plan, ImmutableHashSet<int> done)
    {
        var wasRun = plan.Start.Where((_, i) => done.Contains(i + 1)).ToImmutableArray();
        var undone = UndoOf(wasRun);
        var neverDone = UndoOf(plan.Start.Where((_, i) => !done.Contains(i + 1))).Except(undone);
        return
        [
            .. plan.Rollback
                // The user's "down" undoes the user's "up", and is not run where that never was.
                .Where(stage => stage is not UserSqlStage || wasRun.OfType<UserSqlStage>().Any())
                .Select(stage => stage is TransactionStage { Steps: var steps } transaction
                    ? transaction with { Steps = steps.RemoveAll(neverDone.Contains) }
                    : stage),
        ];
    }

    private static ImmutableHashSet<Step> UndoOf(IEnumerable<Stage> stages) =>
        [.. stages.OfType<TransactionStage>().SelectMany(stage => stage.Steps).Select(step => step.Undo).OfType<Step>()];
}
