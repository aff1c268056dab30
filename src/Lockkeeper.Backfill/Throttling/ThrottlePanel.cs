using System.Collections.Immutable;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>All throttles of a run. One that holds is enough.</summary>
internal sealed class ThrottlePanel(TimeProvider time)
{
    private ImmutableArray<Throttle> _throttles = [];
    private ImmutableArray<(Lever Lever, Func<ThrottleProbe, CancellationToken, Task<Reading>> Read)> _levers = [];

    /// <summary>Why the backfill has to stand still; empty when it need not.</summary>
    public ImmutableArray<string> Reasons => [.. _levers.Select(l => l.Lever.Reason).OfType<string>()];

    /// <summary>The names of the throttles that hold.</summary>
    public ImmutableArray<string> Holding => [.. _levers.Where(l => l.Lever.Reason is not null).Select(l => l.Lever.Name)];

    /// <summary>What cannot be read at present, whether that holds or not.</summary>
    public ImmutableArray<string> Problems =>
        [.. _levers.Where(l => l.Lever.Problem is not null).Select(l => $"{l.Lever.Name}: {l.Lever.Problem}")];

    /// <summary>Takes on a set of throttles. Those that stay the same keep what they know.</summary>
    public void Use(ImmutableArray<Throttle> throttles)
    {
        if (!throttles.SequenceEqual(_throttles))
        {
            var kept = _throttles.Zip(_levers).ToDictionary(pair => pair.First, pair => pair.Second);
            _levers = [.. throttles.Select(throttle => kept.TryGetValue(throttle, out var lever) ? lever : (new Lever(throttle, time), throttle.Start()))];
            _throttles = throttles;
        }
    }

    /// <summary>Reads every signal once. What the server refuses is that signal's problem; a lost connection is the caller's.</summary>
    public async Task ReadAsync(ThrottleProbe probe, CancellationToken cancellationToken)
    {
        foreach (var (lever, read) in _levers)
        {
            try
            {
                lever.Take(await read(probe, cancellationToken).ConfigureAwait(false));
            }
            catch (PostgresException refused) when (!TransientErrors.IsConnectionLoss(refused))
            {
                lever.Take(new Reading.Unreadable($"{refused.MessageText} (SQLSTATE {refused.SqlState})"));
            }
            catch (Exception unknown) when (unknown is InvalidCastException or NotSupportedException)
            {
                // A query of the user's may give a type for which the driver has no value.
                lever.Take(new Reading.Unreadable(unknown.Message));
            }
        }
    }
}
