using Lockkeeper.Migrations.State;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs the stages of a completion that are not done yet, and writes the outcome into the history.</summary>
internal static class Completing
{
    public static async Task<MigrationReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var record = context.Record;
        await context.SetStateAsync(MigrationState.Completing, cancellationToken).ConfigureAwait(false);
        var runner = await context.RunAsync(Verb.Complete, record.Plan!.Complete, cancellationToken).ConfigureAwait(false);
        await context.ForgetBackfillsAsync(cancellationToken).ConfigureAwait(false);
        var connection = await context.Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var now = await context.Door.ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        await MigrationStore.CompleteAsync(connection, record.Id, now, cancellationToken).ConfigureAwait(false);
        return context.Report(MigrationState.Complete, record.VersionSchema, runner) with { Drift = context.DriftOf(record.Plan.After, now) };
    }
}
