using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Unlogged tables.</summary>
internal static class UnloggedTablesCheck
{
    public static Check Create() => new(
        "unlogged-tables",
        "Unlogged tables",
        "MB",
        new Thresholds(0, Check.Never),
        "ALTER TABLE ... SET LOGGED, if the rows are worth keeping; it rewrites the table under ACCESS EXCLUSIVE.",
        $"""
        SELECT c.oid::regclass::text,
               {RelationSize.Of("c.oid")} / 1048576.0,
               'is empty after a crash, and on every standby'
        FROM pg_catalog.pg_class c
        WHERE c.relpersistence = 'u' AND c.relkind = 'r'
        """)
    {
        OnStandby = false,
    };
}
