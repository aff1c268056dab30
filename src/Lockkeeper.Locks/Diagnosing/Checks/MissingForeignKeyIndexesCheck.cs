using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Foreign keys without an index.</summary>
internal static class MissingForeignKeyIndexesCheck
{
    public static Check Create() => new(
        "missing-fk-indexes",
        "Foreign keys without an index",
        "MB",
        new Thresholds(10, Check.Never),
        "CREATE INDEX CONCURRENTLY on the referencing columns; lockkeeper missing-fk-indexes prints the statements.",
        $"""
        SELECT c.conrelid::regclass::text || '.' || c.conname,
               {RelationSize.Of("c.conrelid")} / 1048576.0,
               'no index on the columns that reference ' || c.confrelid::regclass
        FROM pg_catalog.pg_constraint c
        JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
        WHERE c.contype = 'f' AND c.conparentid = 0 AND t.relkind = 'r'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i
                          WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
                            AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        """);
}
