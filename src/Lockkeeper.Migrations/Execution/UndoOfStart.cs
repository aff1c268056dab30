using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Execution;

/// <summary>What of a plan's rollback is to be run, given how far starting came.</summary>
internal static class UndoOfStart
{
    /// <summary>The stages without whatever undoes a stage that was never done.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="done">The numbers of the start's stages that the journal has.</param>
    /// <remarks>
    /// A stage that failed because its name was taken has made nothing, and its undo, DROP ... IF EXISTS, would drop what somebody else has
    /// there. For the same reason the user's "down" is not run where "up" never was.
    /// </remarks>
    public static ImmutableArray<Stage> Of(MigrationPlan plan, ImmutableHashSet<int> done)
    {
        var never = plan.Start.Where((_, i) => !done.Contains(i + 1)).ToImmutableArray();
        var undone = never.OfType<TransactionStage>().SelectMany(stage => stage.Steps).Select(step => step.Undo).OfType<Step>().ToHashSet();
        if (never.Any(stage => stage is VersionStage))
        {
            undone.UnionWith(plan.Rollback.OfType<TransactionStage>().SelectMany(stage => stage.Steps).Where(step => DropsVersion(step, plan)));
        }

        // Numbers stay, because the journal knows a stage by its number.
        return
        [
            .. plan.Rollback.Where(stage => UserSqlUndoneBy(stage) is not { } up || done.Contains(up)).Select(stage => stage is TransactionStage s
                ? s with { Steps = [.. s.Steps.Where(step => !undone.Contains(step))] }
                : stage),
        ];
    }

    private static int? UserSqlUndoneBy(Stage stage) => stage switch
    {
        UserSqlStage sql => sql.Undoes,
        DropMadeStage made => made.Undoes,
        _ => null,
    };

    private static bool DropsVersion(Step step, MigrationPlan plan) => step.Sql == RollbackStages.DropOf(plan.VersionSchema);
}
