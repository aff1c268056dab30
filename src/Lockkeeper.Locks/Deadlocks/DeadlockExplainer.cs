namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Explains a deadlock by its kind.</summary>
internal static class DeadlockExplainer
{
    private const string InKeyOrder = "SELECT ... WHERE ... ORDER BY the key FOR NO KEY UPDATE";

    public static DeadlockExplanation Of(Deadlock deadlock)
    {
        var kind = DeadlockClassifier.Of(deadlock);
        var (name, why, change) = Words(kind);
        return new DeadlockExplanation(kind, name, why, change);
    }

    private static (string Name, string Why, string Change) Words(DeadlockClass kind) => kind switch
    {
        DeadlockClass.OppositeRows => (
            "rows in opposite order",
            "Each had already changed or locked a row, in an earlier statement or in this one, that the next wanted.",
            $"Touch rows in one order everywhere, for instance by their key; where a transaction needs several, lock them first: {InKeyOrder}."),
        DeadlockClass.SameStatement => (
            "one statement, different orders",
            "Several ran the same statement. It touches more than one row, or it follows others in its transaction, and each met the rows in another order: "
                + "a statement takes its rows in the order in which its plan finds them.",
            $"Let it lock its rows in key order first: WITH locked AS ({InKeyOrder}) UPDATE ...; sort the values of a batch by the key."),
        DeadlockClass.SharedRowUpgrade => (
            "shared row, then changed",
            "All of them shared one row, by SELECT ... FOR SHARE or by inserting a row that references it, and then all wanted to change or delete it: "
                + "each has to wait until the others let go.",
            "Take the strong lock at once, before the first statement that shares the row: SELECT ... FOR NO KEY UPDATE (FOR UPDATE before a DELETE)."),
        DeadlockClass.UniqueKeys => (
            "unique keys in opposite order",
            "Each had inserted a key that the next inserted too, and whether that is a duplicate is known only when the first has ended.",
            "Insert in the order of the key (sort the batch), or one row in each transaction; ON CONFLICT does not help against this."),
        DeadlockClass.HotRow => (
            "hot row and another",
            "One held a row for which several queue and wanted another row, which somebody in that queue holds. "
                + "The first of the queue holds the others up, so a second victim often follows.",
            "Take the hot row last, or in the same order as the other everywhere, and keep the transaction short."),
        DeadlockClass.TableUpgrade => (
            "table lock made stronger",
            "All of them held the table in a mode that goes along with itself and then asked for one that does not. The server sees this at once.",
            "Take the strongest lock that the transaction needs first: LOCK TABLE ... at its beginning."),
        DeadlockClass.Tables => (
            "tables in opposite order",
            "One had locked a table and wanted a second; the other had used the second and wanted the first. Usually one of them changes the schema.",
            "A schema change: one table in a transaction, with a lock_timeout shorter than deadlock_timeout, so that it gives way. Otherwise lock tables in one order."),
        DeadlockClass.Advisory => (
            "application locks in opposite order",
            "Each held an advisory lock that the next wanted.",
            "Take the keys in ascending order: sort them before locking."),
        DeadlockClass.Snapshot => (
            "CONCURRENTLY and a snapshot",
            "A CONCURRENTLY command waited for a transaction to end, and that transaction waited for a lock which the command or somebody behind it holds.",
            "Run it outside of transactions that hold locks, one such command on a table at a time, with a lock_timeout."),
        DeadlockClass.BackgroundProcess => (
            "clients and a process of the server",
            "One of them is autovacuum, or a worker that applies what a subscription gets. Autovacuum gives way by itself to those who wait for it, unless it prevents wraparound; "
                + "a worker that applies changes takes rows in the order in which they were changed where they come from.",
            "Whatever locks several tables or rows beside it: in a short transaction, the strongest lock first, with a lock_timeout shorter than deadlock_timeout. "
                + "Where changes are applied, let nobody else write the same rows; the worker begins again by itself."),
        _ => (
            "ring of locks",
            "Each waited for a lock that the next held.",
            "Take these locks in one order everywhere."),
    };
}
