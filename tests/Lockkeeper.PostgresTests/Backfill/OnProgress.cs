using Lockkeeper.Backfill;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Calls back for every report, on the worker's thread: the backfill goes on when the test has returned.</summary>
internal sealed class OnProgress(Action<BackfillProgress> act) : IProgress<BackfillProgress>
{
    /// <summary>Calls back once, when half of the blocks are done.</summary>
    public static OnProgress HalfWay(Func<Task> act)
    {
        var done = false;
        return new OnProgress(progress =>
        {
            if (!done && progress.BlocksTotal > 0 && progress.BlocksDone * 2 >= progress.BlocksTotal)
            {
                done = true;
                act().GetAwaiter().GetResult();
            }
        });
    }

    public void Report(BackfillProgress value) => act(value);
}
