using System.Collections.Immutable;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>Sessions change one row, one at a time.</summary>
internal static class HotRowSignature
{
    public static Explanation? Of(QueueFacts facts)
    {
        if (!facts.IsForRow)
        {
            return null;
        }

        return facts.IsCatalog
            ? new Explanation(
                LockSignature.CatalogConflict,
                [$"{facts.Sessions} for {facts.Subject}: schema changes, GRANTs or statistics of one object meet.", .. facts.Queue.Holders.Select(HolderWords.Doing)],
                [.. facts.Queue.Holders.Select(HolderWords.Release)],
                ["Run migrations and GRANTs one after the other, for instance under one advisory lock."])
            : new Explanation(LockSignature.HotRow, Why(facts), [.. facts.Queue.Holders.Select(HolderWords.Release)], Later(facts));
    }

    private static ImmutableArray<string> Why(QueueFacts facts) =>
    [
        facts.Queue.Waiters.Length == 1
            ? $"One session waits for {facts.Subject}, which another has changed or locked and not let go."
            : $"{facts.Queue.Waiters.Length} sessions wait for {facts.Subject} and get it one at a time, each for as long as its transaction lasts.",
        .. facts.Queue.Holders.Select(HolderWords.Doing),
        .. WasHandedOver(facts)
            ? ["The row has changed hands while they waited. Each time the server counts a new wait, so lock_timeout and log_lock_waits do not notice; "
                + "and the order is not that of arrival."]
            : ImmutableArray<string>.Empty,
    ];

    private static ImmutableArray<string> Later(QueueFacts facts) => facts.Queue.Holders.Any(holder => holder.Owner.Id.IsPrepared)
        ? ["Let whoever prepares transactions look for those that it forgot when it starts (pg_prepared_xacts); max_prepared_transactions = 0 where nobody needs them."]
        : facts.Queue.Holders.Any(holder => holder.Owner.IsIdleInTransaction)
        ?
        [
            "Make the application commit or roll back on every path, errors as well; idle_in_transaction_session_timeout ends what it forgets.",
            "Let nothing slow, such as a call to another service, stand between the change of the row and COMMIT.",
        ]
        :
        [
            "Change the row in the last statement before COMMIT, so that it is held for less.",
            "A counter: insert into a table of changes and add up, or spread it over several rows. A queue: SELECT ... FOR UPDATE SKIP LOCKED.",
        ];

    // The statement is clearly older than the wait that the server counts. Half a second is longer than planning takes.
    private static bool WasHandedOver(QueueFacts facts) => facts.Queue.Waiters.Any(waiter =>
        waiter.CurrentWait is { } counted && waiter.Waited - counted > TimeSpan.FromMilliseconds(500) && waiter.Owner.QueryAge is not null);
}
