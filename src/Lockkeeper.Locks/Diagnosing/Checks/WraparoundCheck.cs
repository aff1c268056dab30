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
        UNION ALL
        (SELECT 'table ' || c.oid::regclass,
                100.0 * greatest(age(c.relfrozenxid), mxid_age(c.relminmxid)) / 2147483647,
                'transactions ' || age(c.relfrozenxid) || ', multixacts ' || mxid_age(c.relminmxid) || ' of 2147483647'
         FROM pg_catalog.pg_class c
         WHERE c.relkind IN ('r', 'm', 't')
         ORDER BY 2 DESC
         LIMIT 5)
        """);
}
