using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Does work again that a lost connection, a cancelled statement or a lock has undone. The work must begin with a connection of its own.</summary>
/// <remarks>
/// Lost connections and cancelled statements are bounded by the options. Locks are not: whoever holds one for an hour makes us wait an hour, with pauses and
/// holding nothing, until it is released or the run is cancelled.
/// </remarks>
internal sealed class Attempts(BackfillOptions options, TimeProvider time, ILogger logger, Random random)
{
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(10);

    // Long enough to leave the lock to those who queue for it, short enough to come soon after its release.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Backoff _reconnect = new(FirstReconnect, LongestReconnect, random);
    private readonly Backoff _locked = new(FirstPause, LongestPause, random);
    private int _lost;
    private int _waits;

    /// <summary>Something went well: what fails from now on is a new trouble.</summary>
    public void Succeeded()
    {
        _lost = 0;
        _waits = 0;
    }

    public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            await work(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
            {
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsPassingTrouble(e))
            {
                await PauseBeforeReconnectingAsync(e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A pause while somebody's lock is in the way; longer each time until something succeeds.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        _waits++;
        return Task.Delay(_locked.PauseAfter(_waits), time, cancellationToken);
    }

    private async Task PauseBeforeReconnectingAsync(Exception e, CancellationToken cancellationToken)
    {
        _lost++;
        if (_lost > options.ReconnectAttempts)
        {
            throw BackfillException.ConnectionLost(options.ReconnectAttempts, e);
        }

        var pause = _reconnect.PauseAfter(_lost);
        logger.Reconnecting((e as PostgresException)?.SqlState ?? "no SQLSTATE", _lost, pause.TotalMilliseconds);
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
    }

    // A server that has no connection left just now is like one that is just starting. A statement of the bookkeeping that somebody, or a
    // timeout, has cancelled says nothing against the job; those of chunks never come here.
    private static bool IsPassingTrouble(Exception e) =>
        TransientErrors.IsConnectionLoss(e)
        || e is PostgresException { SqlState: PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.QueryCanceled };
}
