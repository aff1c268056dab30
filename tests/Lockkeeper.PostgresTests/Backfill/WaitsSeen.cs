using System.Collections.Concurrent;
using Lockkeeper.Backfill;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Keeps what a backfill reports of sessions that it waits for.</summary>
internal sealed class WaitsSeen : IProgress<BackfillProgress>
{
    // Far above what a busy machine needs, so that a report that never comes fails the test instead of hanging it.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<BackfillWait> _waits = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<BackfillWait> All => _waits;

    public Task FirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(Deadline, TimeProvider.System, cancellationToken);

    public void Report(BackfillProgress value)
    {
        if (value.WaitingFor is { } wait)
        {
            _waits.Enqueue(wait);
            _first.TrySetResult();
        }
    }
}
