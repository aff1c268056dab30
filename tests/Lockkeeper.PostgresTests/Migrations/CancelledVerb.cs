using Lockkeeper.Migrations;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Runs a verb again and again, each time cancelled one event later, until it ends before it is.</summary>
internal static class CancelledVerb
{
    public static async Task AtEachEventAsync(
        MigrationScene scene,
        Func<Migrator, IProgress<MigrationEvent>, CancellationToken, Task> verb,
        MigrationState end,
        CancellationToken cancellationToken)
    {
        for (var last = 2; ; last++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var count = 0;
            var events = Events.When(_ => ++count == last, () => cancel.CancelAsync());
            try
            {
                await verb(scene.Migrator(), events, cancel.Token);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
            }

            if ((await scene.Migrator().StatusAsync(cancellationToken)).State == end)
            {
                return;
            }
        }
    }
}
