using Lockkeeper.Migrations.State;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs the stages of a start that are not done yet. What fails for a reason in the migration is undone at once.</summary>
internal static class Starting
{
    public static async Task<MigrationReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        try
        {
            var runner = await context.RunAsync(Verb.Start, context.Record.Plan!.Start, cancellationToken).ConfigureAwait(false);
            await context.SetStateAsync(MigrationState.Started, cancellationToken).ConfigureAwait(false);
            return context.Report(MigrationState.Started, context.Record.VersionSchema, runner) with { Notes = context.Record.Plan.Notes };
        }
        catch (MigrationException failure) when (Failures.IsUndoneAtOnce(failure))
        {
            await UndoAsync(context, failure, cancellationToken).ConfigureAwait(false);
            throw Failures.Undone(failure);
        }
    }

    private static async Task UndoAsync(VerbContext context, MigrationException failure, CancellationToken cancellationToken)
    {
        context.Logger.Undoing(context.Record.Name, failure.Code);
        context.Progress?.Report(new MigrationEvent.Undoing(failure.Problem));
        try
        {
            await RollingBack.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception undoing) when (undoing is MigrationException or NpgsqlException || TransientErrors.IsConnectionLoss(undoing))
        {
            throw Failures.NotUndone(failure, undoing);
        }
    }
}
