namespace Lockkeeper.BulkWrite.Reading;

/// <summary>The queries over the catalog. The tables asked for come as two arrays, schemas and names.</summary>
internal static class CatalogQueries
{
    private const string Wanted = """
        unnest($1::text[], $2::text[]) AS wanted(schema, name)
        JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p')
        """;

    /// <summary>All foreign keys of the database; those that partitions have from their parents are left out.</summary>
    public static readonly string References = $"""
        SELECT k.conname, cn.nspname, c.relname, {Columns("k.conkey", "c.oid")},
               pn.nspname, p.relname, {Columns("k.confkey", "p.oid")}, k.confdeltype::text
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
        JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0
        ORDER BY cn.nspname COLLATE "C", c.relname COLLATE "C", k.conname COLLATE "C"
        """;

    /// <summary>Columns; a domain counts as the type below it, since that is what is sent.</summary>
    public const string TableColumns = $"""
        SELECT n.nspname, c.relname, a.attname, format_type(b.oid, -1),
               CASE WHEN dn.nspname = 'pg_catalog' THEN d.typname::text ELSE dn.nspname || '.' || d.typname END
                   || CASE WHEN d.oid <> b.oid THEN '[]' ELSE '' END,
               b.typtype::text, coalesce(l.collisdeterministic, true), a.attnotnull,
               CASE WHEN b.typname IN ('varchar', 'bpchar') AND m.typmod > 4 THEN m.typmod - 4 END,
               a.attidentity = 'a', a.attgenerated <> '', d.oid <> b.oid,
               pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname),
               CASE WHEN b.typname = 'numeric' AND m.typmod > 4 THEN m.typmod - 4 END
        FROM {Wanted}
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        JOIN pg_catalog.pg_type d ON d.oid = CASE WHEN b.typcategory = 'A' AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
        JOIN pg_catalog.pg_namespace dn ON dn.oid = d.typnamespace
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
        CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) AS m(typmod)
        """;

    /// <summary>Those of the tables whose rows lie in partitions.</summary>
    public const string Partitioned = $"SELECT n.nspname, c.relname FROM {Wanted} WHERE c.relkind = 'p'";

    /// <summary>Unique indexes that the server checks, valid or not yet, and those of exclusion constraints.</summary>
    public static readonly string UniqueKeys = $"""
        SELECT n.nspname, c.relname, x.relname, {Columns("(i.indkey::int2[])[0:i.indnkeyatts - 1]", "c.oid")},
               i.indisprimary, i.indexprs IS NULL AND i.indpred IS NULL, i.indimmediate, i.indisexclusion
        FROM {Wanted}
        JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion) AND i.indislive
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        ORDER BY i.indisprimary DESC, x.relname COLLATE "C"
        """;

    public const string Triggers = $"""
        SELECT n.nspname, c.relname, t.tgname, t.tgfoid::regproc::text
        FROM {Wanted}
        JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
        ORDER BY t.tgname COLLATE "C"
        """;

    // The names behind the numbers of columns, in their order.
    private static string Columns(string numbers, string table) => $"""
        ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY u(attnum, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = u.attnum ORDER BY u.place)
        """;
}
