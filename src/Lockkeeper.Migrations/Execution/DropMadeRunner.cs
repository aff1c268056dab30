using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Drops what SQL of the user's made. Reads, decides and acts when that is known: what it was, the transaction that ran it wrote down.</summary>
internal sealed class DropMadeRunner(RunContext context)
{
    public async Task RunAsync(DropMadeStage stage, int number, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var all = await MigrationStore.MadeAsync(connection, context.MigrationId, cancellationToken).ConfigureAwait(false);
            var made = all.TryGetValue(stage.Undoes, out var found) && !found.All.IsEmpty ? found : null;
            var locks = made is null ? [] : await MadeReader.LocksAsync(connection, made, cancellationToken).ConfigureAwait(false);
            await new TransactionRunner(context).RunAsync(
                new TransactionStage(stage.Title, made is null ? [] : [DropMade.Step(made, locks)]), number, cancellationToken).ConfigureAwait(false);
        }
    }
}
