using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs the stages of a completion that are not done yet, and writes the outcome into the history.</summary>
internal static class Completing
{
    public static async Task<MigrationReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var record = context.Record;
        await RefuseWhatWouldBeLostAsync(context, cancellationToken).ConfigureAwait(false);
        await context.SetStateAsync(MigrationState.Completing, cancellationToken).ConfigureAwait(false);
        var runner = await context.RunAsync(Verb.Complete, record.Plan!.Complete, cancellationToken).ConfigureAwait(false);
        await context.ForgetBackfillsAsync(cancellationToken).ConfigureAwait(false);
        var connection = await context.Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var now = await context.Door.ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        await MigrationStore.CompleteAsync(connection, record.Id, now, cancellationToken).ConfigureAwait(false);
        return context.Report(MigrationState.Complete, record.VersionSchema, runner) with { Drift = context.DriftOf(record.Plan.After, now) };
    }

    // Hours of validating rows are not begun in vain. The swap looks once more, under its locks; and once completing has begun, a killed run of it may
    // have swapped everything already.
    private static async Task RefuseWhatWouldBeLostAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var record = context.Record;
        if (record.State != MigrationState.Started || record.Plan!.Complete.OfType<TransactionStage>().FirstOrDefault() is not { } swap)
        {
            return;
        }

        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await VersionGuard.RefuseUsersAsync(connection, record.PreviousVersion, [swap], cancellationToken).ConfigureAwait(false);
        await CarriedGuard.RefuseChangesAsync(connection, swap, context.Options.LockTimeout, cancellationToken).ConfigureAwait(false);
    }
}
