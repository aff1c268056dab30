using System.Collections.Immutable;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Paces the attempts at work that a lock refuses, and ends them when the caller's patience does.</summary>
/// <param name="context">The run.</param>
/// <param name="title">What is attempted, for the log.</param>
/// <param name="mostAttempts">Ends the attempts by their number instead of by the patience: for work that takes longer than any patience.</param>
/// <param name="outcome">What is true of the database once the attempts have ended in vain.</param>
internal sealed class LockRetry(
    RunContext context, string title, int? mostAttempts = null, MigrationOutcome outcome = MigrationOutcome.Resumable)
{
    // As pg_ha_migrations and GitLab leave between attempts.
    private const int PauseInWaits = 5;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly long _since = context.Time.GetTimestamp();

    /// <summary>The number of the attempt that is under way, from one.</summary>
    public int Attempt { get; private set; } = 1;

    public TimeSpan Waited => context.Time.GetElapsedTime(_since);

    /// <summary>Whether there is time for another attempt.</summary>
    public bool HasPatience => Waited < context.Options.LockPatience;

    /// <summary>Leaves the lock to others before the next attempt: up to five times as long as they may have queued behind this one, and longer each time.</summary>
    /// <param name="queued">How long others may have queued.</param>
    /// <param name="holders">Who was seen to hold the lock.</param>
    /// <param name="refusal">What the server said.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <exception cref="MigrationException">That was the last attempt.</exception>
    public async Task PauseAsync(
        TimeSpan queued, ImmutableArray<LockHolder> holders, Exception refusal, CancellationToken cancellationToken)
    {
        if (mostAttempts is { } most ? Attempt >= most : !HasPatience)
        {
            throw Failures.LockNotObtained(Waited, holders, outcome, refusal);
        }

        context.Logger.LockNotObtained(title, Attempt, Waited.TotalMilliseconds);
        context.Progress?.Report(new MigrationEvent.LockAwaited(holders, Attempt, Waited));
        var pauses = new Backoff(queued * PauseInWaits, LongestPause, context.Random);
        await Task.Delay(pauses.PauseAfter(Attempt), context.Time, cancellationToken).ConfigureAwait(false);
        Attempt++;
    }

    /// <summary>Does the work until no lock refuses it.</summary>
    public async Task RunAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work().ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
            {
                await PauseAsync(context.Options.LockTimeout, [], e, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
