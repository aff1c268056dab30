using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Invalid indexes.</summary>
internal static class InvalidIndexesCheck
{
    public static Check Create() => new(
        "invalid-indexes",
        "Invalid indexes",
        "MB",
        new Thresholds(0, Check.Never),
        "DROP INDEX CONCURRENTLY, and build it again; or REINDEX INDEX CONCURRENTLY.",
        $"""
        SELECT i.indexrelid::regclass::text,
               {RelationSize.Of("i.indexrelid")} / 1048576.0,
               'of ' || i.indrelid::regclass || ': a concurrent build failed or was interrupted'
        FROM pg_catalog.pg_index i
        WHERE NOT i.indisvalid
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
          AND (SELECT relkind FROM pg_catalog.pg_class WHERE oid = i.indexrelid) = 'i'
        """);
}
