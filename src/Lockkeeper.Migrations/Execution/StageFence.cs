using Lockkeeper.Migrations.State;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Keeps a stage's transaction apart from one of an earlier run that the server has not finished yet.</summary>
/// <remarks>
/// The server goes on with what a killed client had sent, COMMIT included, while the run's lock is free at once. So a stage's transaction
/// begins by locking the migration's row, which that other transaction holds from its own beginning: once it is had, nothing of an earlier
/// run can be committed any more, and the journal tells whether the stage is done.
/// </remarks>
internal static class StageFence
{
    /// <summary>Waits for the row, under the transaction's <c>lock_timeout</c>, and says whether the stage is done already.</summary>
    /// <param name="connection">In a transaction that reads what is committed.</param>
    /// <param name="context">The run.</param>
    /// <param name="number">The stage's.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="MigrationException">Another run has taken the migration elsewhere.</exception>
    public static async Task<bool> IsDoneInTransactionAsync(
        NpgsqlConnection connection, RunContext context, int number, CancellationToken cancellationToken)
    {
        var state = await MigrationStore.LockInTransactionAsync(connection, context.MigrationId, cancellationToken).ConfigureAwait(false);
        if (state != StateDuring(context.Verb))
        {
            throw Failures.Overtaken("it has ended");
        }

        var done = await MigrationStore.DoneAsync(connection, context.MigrationId, context.Verb, cancellationToken).ConfigureAwait(false);
        return done.Contains(number);
    }

    private static MigrationState StateDuring(Verb verb) => verb switch
    {
        Verb.Start => MigrationState.Starting,
        Verb.Complete => MigrationState.Completing,
        _ => MigrationState.RollingBack,
    };
}
