using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Tells the kind of a ring from its locks, from the statements, and from where the victim was.</summary>
/// <remarks>
/// The log has only the statement at which each process waited, not the earlier one that took the lock in the way. So two kinds can look alike;
/// the explanation of a kind then names both.
/// </remarks>
internal static class DeadlockClassifier
{
    public static DeadlockClass Of(Deadlock deadlock)
    {
        var kinds = deadlock.Edges.Select(edge => edge.Tag.Kind).Distinct().ToArray();
        return kinds switch
        {
            _ when HasBackgroundProcess(deadlock) => DeadlockClass.BackgroundProcess,
            [LockKind.Advisory] => DeadlockClass.Advisory,
            [LockKind.Relation] when deadlock.Edges.DistinctBy(edge => edge.Tag).Count() == 1 => DeadlockClass.TableUpgrade,
            _ when kinds.Contains(LockKind.VirtualXid) => DeadlockClass.Snapshot,
            _ when kinds.Contains(LockKind.Relation) => DeadlockClass.Tables,
            _ when kinds.Contains(LockKind.Tuple) => DeadlockClass.HotRow,
            [LockKind.TransactionId] => OfRows(deadlock),
            _ => DeadlockClass.Other,
        };
    }

    // What autovacuum shows as its statement (autovac_report_activity in autovacuum.c), and the context of a worker that applies changes
    // (apply_error_callback in worker.c). Such a worker has no statement of its own.
    private static bool HasBackgroundProcess(Deadlock deadlock) =>
        deadlock.Queries.Values.Any(query => query.StartsWith("autovacuum: ", StringComparison.Ordinal))
        || deadlock.Entry.Context?.Contains("processing remote data", StringComparison.Ordinal) == true
        || deadlock.Edges.Any(edge => edge.Tag.Kind == LockKind.ApplyTransaction);

    private static DeadlockClass OfRows(Deadlock deadlock)
    {
        var queries = deadlock.Processes.Select(pid => deadlock.Queries.GetValueOrDefault(pid)).ToArray();
        if (deadlock.Place.Action is "inserting index" or "checking uniqueness of" or "checking exclusion constraint on"
            || (deadlock.Place.Action is null && queries.All(query => QueryShape.Verb(query) == "INSERT")))
        {
            return DeadlockClass.UniqueKeys;
        }

        // The very same text, values as well, means the same row, or the same set of rows.
        if (queries.All(query => query is not null && WithoutBlanks(query) == WithoutBlanks(queries[0]!)))
        {
            return IsAboutOneRow(queries[0]!) ? DeadlockClass.SharedRowUpgrade : DeadlockClass.SameStatement;
        }

        return DeadlockClass.OppositeRows;
    }

    private static string WithoutBlanks(string query) => string.Concat(query.Where(letter => !char.IsWhiteSpace(letter)));

    // "WHERE id = 17", with nothing that could find more. Parameters hide the values, so nothing is known of them.
    private static bool IsAboutOneRow(string query)
    {
        var place = query.LastIndexOf("where", StringComparison.OrdinalIgnoreCase);
        var condition = place < 0 ? "" : query[place..];
        return condition.Contains('=', StringComparison.Ordinal)
            && !condition.Contains('$', StringComparison.Ordinal)
            && !condition.Contains(" in ", StringComparison.OrdinalIgnoreCase)
            && !condition.Contains(" any", StringComparison.OrdinalIgnoreCase)
            && !condition.Contains('<', StringComparison.Ordinal)
            && !condition.Contains('>', StringComparison.Ordinal)
            && !condition.Contains(" or ", StringComparison.OrdinalIgnoreCase);
    }
}
