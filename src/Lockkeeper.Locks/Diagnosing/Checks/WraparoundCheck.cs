namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Transaction numbers until wraparound.</summary>
internal static class WraparoundCheck
{
    public static Check Create() => new(
        "wraparound",
        "Transaction numbers until wraparound",
        "percent",
        new Thresholds(50, 75),
        "VACUUM (FREEZE) the oldest tables; look for what holds it back: old transactions, prepared ones, replication slots.",
        """
        SELECT 'database ' || datname,
               100.0 * greatest(age(datfrozenxid), mxid_age(datminmxid)) / 2147483647,
               'transactions ' || age(datfrozenxid) || ', multixacts ' || mxid_age(datminmxid) || ' of 2147483647'
        FROM pg_catalog.pg_database
        """);
}
