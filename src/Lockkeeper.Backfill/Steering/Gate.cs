using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.Backfill.Steering;

/// <summary>Through which every chunk goes before it begins: it stands still here while the backfill is paused or throttled. Thread-safe.</summary>
internal sealed class Gate(TimeProvider time)
{
    // A new pace is felt after this long at the latest, also by a worker that has far overdrawn the old one.
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private readonly RateLimit _limit = new();
    private TaskCompletionSource _changed = NewSignal();
    private string? _reason;
    private string? _cancelledBy;
    private TimeSpan? _target;

    /// <summary>The duration that chunks aim at.</summary>
    public TimeSpan TargetFor(ChunkTimeouts timeouts)
    {
        lock (_gate)
        {
            return timeouts.TargetFor(_target);
        }
    }

    /// <summary>The gate is shut as long as there is a reason.</summary>
    public void Set(string? reason) => Change(() => _reason = reason);

    /// <summary>Whoever comes next ends.</summary>
    public void Cancel(string by) => Change(() => _cancelledBy = by);

    /// <summary>How fast this process may go.</summary>
    public void SetPace(TimeSpan? targetChunk, double? rowsPerSecond)
    {
        lock (_gate)
        {
            _target = targetChunk;
            _limit.RowsPerSecond = rowsPerSecond;
        }
    }

    /// <summary>Counts rows against the ceiling.</summary>
    public void Spend(long rows)
    {
        lock (_gate)
        {
            _limit.Spend(rows, time.GetElapsedTime(_began));
        }
    }

    /// <summary>Waits until a chunk may begin. The caller holds nothing.</summary>
    /// <exception cref="BackfillException">The backfill was cancelled.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            TimeSpan nap;
            lock (_gate)
            {
                if (_cancelledBy is { } by)
                {
                    throw BackfillException.Cancelled(by);
                }

                changed = _changed.Task;
                nap = _limit.RowsPerSecond is null ? TimeSpan.Zero : _limit.DelayAt(time.GetElapsedTime(_began));
                if (_reason is null && nap == TimeSpan.Zero)
                {
                    return;
                }

                nap = _reason is null ? (nap < LongestNap ? nap : LongestNap) : Timeout.InfiniteTimeSpan;
            }

            await WaitAsync(changed, nap, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan nap, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(nap, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The nap is over.
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            (before, _changed) = (_changed, NewSignal());
        }

        before.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
