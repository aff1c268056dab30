using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Foreign keys that no index begins with, the largest tables first.</summary>
internal static class MissingForeignKeyIndexesList
{
    private static readonly string Sql = $"""
        SELECT c.conrelid::regclass::text,
               quote_ident(c.conname),
               c.confrelid::regclass::text,
               {RelationSize.Of("c.conrelid")}::float8,
               'CREATE INDEX CONCURRENTLY ON ' || c.conrelid::regclass || ' ('
                   || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place)
                       FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) || ')'
        FROM pg_catalog.pg_constraint c
        JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
        WHERE c.contype = 'f' AND c.conparentid = 0 AND t.relkind IN ('r', 'p')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i
                          WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
                            AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        ORDER BY {RelationSize.Of("c.conrelid")} DESC, 1, 2
        LIMIT $1
        """;

    public static ListDefinition Create() => new(
        "missing-fk-indexes",
        "Foreign keys that no index begins with, the largest tables first",
        [
            new("table", ListColumnKind.Text),
            new("constraint", ListColumnKind.Text),
            new("references", ListColumnKind.Text),
            new("size", ListColumnKind.Bytes),
            new("statement", ListColumnKind.Query),
        ],
        _ => Sql);
}
