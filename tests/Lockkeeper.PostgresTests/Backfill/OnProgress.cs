using Lockkeeper.Backfill;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Calls back for every report, on the worker's thread: the backfill goes on when the test has returned.</summary>
internal sealed class OnProgress(Action<BackfillProgress> act) : IProgress<BackfillProgress>
{
    /// <summary>Calls back once, when half of the blocks are done.</summary>
    public static OnProgress HalfWay(Func<Task> act)
    {
        // Two workers may report at once.
        var done = 0;
        return new OnProgress(progress =>
        {
            if (progress.BlocksTotal > 0 && progress.BlocksDone * 2 >= progress.BlocksTotal && Interlocked.Exchange(ref done, 1) == 0)
            {
                act().GetAwaiter().GetResult();
            }
        });
    }

    public void Report(BackfillProgress value) => act(value);
}
