namespace Lockkeeper.Backfill.Execution;

/// <summary>Estimates how long the rest takes, from a moving average of the speed. Says nothing until it has seen enough.</summary>
/// <remarks>
/// Blocks are done a group at a time, the first groups are small, and the first chunks meet cold caches: an estimate from those jumps from seconds to hours and back.
/// So the first one is that of the mean over all that was seen until then, and later ones follow the average of about the last half minute.
/// While nothing is done the average sinks, and soon nothing is said again.
/// </remarks>
internal sealed class RemainingTime
{
    private static readonly TimeSpan LeastElapsed = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);
    private const double LeastShare = 0.01;

    private (TimeSpan At, double Share)? _first;
    private (TimeSpan At, double Share) _last;
    private double? _sharePerSecond;

    /// <summary>Takes in how much is done, and says how long the rest takes; nothing while that is not known.</summary>
    /// <param name="now">The time since the run began.</param>
    /// <param name="share">Which share of the work is done. When it is less than before, the work has begun again.</param>
    public TimeSpan? After(TimeSpan now, double share)
    {
        if (_first is not { } first || share < _last.Share)
        {
            (_first, _last, _sharePerSecond) = ((now, share), (now, share), null);
            return null;
        }

        if (_sharePerSecond is { } average)
        {
            Follow(average, now, share);
        }
        else if (now - first.At >= LeastElapsed && share - first.Share >= LeastShare)
        {
            _sharePerSecond = (share - first.Share) / (now - first.At).TotalSeconds;
            _last = (now, share);
        }

        return _sharePerSecond is > 0 and var speed && (1 - share) / speed is var seconds && seconds < Longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    private void Follow(double average, TimeSpan now, double share)
    {
        var since = now - _last.At;
        if (since < BetweenLooks)
        {
            return;
        }

        var latest = (share - _last.Share) / since.TotalSeconds;
        _sharePerSecond = average + ((1 - Math.Exp(-since / Memory)) * (latest - average));
        _last = (now, share);
    }
}
