using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Large indexes that nobody reads.</summary>
internal static class UnusedIndexesCheck
{
    public static Check Create() => new(
        "unused-indexes",
        "Large indexes that nobody reads",
        "MB",
        new Thresholds(64, Check.Never),
        "lockkeeper unused-indexes shows them. Look at standbys as well, where reads are counted apart; then DROP INDEX CONCURRENTLY.",
        $"""
        SELECT s.indexrelid::regclass::text,
               {RelationSize.Of("s.indexrelid")} / 1048576.0,
               s.idx_scan || ' scans of ' || s.relid::regclass || ' since the statistics began'
        FROM pg_catalog.pg_stat_user_indexes s
        JOIN pg_catalog.pg_index i ON i.indexrelid = s.indexrelid
        WHERE s.idx_scan < 50 AND NOT i.indisunique
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = s.indexrelid)
        """)
    {
        OnStandby = false,
    };
}
