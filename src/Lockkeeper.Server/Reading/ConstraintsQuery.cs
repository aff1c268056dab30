using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>The constraints of a schema's tables, by name. Those that a partition has from its parent are left out.</summary>
internal static class ConstraintsQuery
{
    // Columns that only newer servers have are taken through to_jsonb, so that one query serves 14 to 18.
    private const string Sql = """
        SELECT c.oid, k.conname, k.contype::text,
               ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(attnum, place)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum ORDER BY u.place),
               k.convalidated, k.condeferrable, k.condeferred,
               CASE WHEN k.contype IN ('c', 'x')
                    THEN regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') END,
               ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index i,
                     unnest(i.indkey::int2[]) WITH ORDINALITY u(attnum, place)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
                     WHERE i.indexrelid = k.conindid AND k.contype IN ('p', 'u') AND u.place > i.indnkeyatts
                     ORDER BY u.place),
               coalesce((SELECT (to_jsonb(i) ->> 'indnullsnotdistinct')::bool FROM pg_catalog.pg_index i
                         WHERE i.indexrelid = k.conindid AND k.contype = 'u'), false),
               fn.nspname, f.relname,
               ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(attnum, place)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = f.oid AND a.attnum = u.attnum ORDER BY u.place),
               k.confmatchtype::text, k.confupdtype::text, k.confdeltype::text,
               ARRAY(SELECT a.attname::text
                     FROM jsonb_array_elements_text(nullif(to_jsonb(k) -> 'confdelsetcols', 'null'))
                          WITH ORDINALITY u(attnum, place)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum::int2 ORDER BY u.place),
               obj_description(k.oid, 'pg_constraint')
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
        LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
        ORDER BY c.oid, k.conname COLLATE "C"
        """;

    public static async Task<ILookup<uint, ConstraintSnapshot>> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(Sql, schema, Row, cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Table, row => row.Constraint);
    }

    private static (uint Table, ConstraintSnapshot Constraint) Row(NpgsqlDataReader row)
    {
        var kind = Kind(row.GetString(2));
        var constraint = kind switch
        {
            ConstraintKind.ForeignKey => ConstraintSnapshot.Of(row.Name(1), row.Names(3), ForeignKeyOf(row)),
            ConstraintKind.PrimaryKey or ConstraintKind.Unique =>
                ConstraintSnapshot.Of(row.Name(1), KeyOf(row, kind, row.Names(3))),
            _ => new ConstraintSnapshot(row.Name(1), kind, row.Names(3), row.GetString(7)),
        };
        return (row.GetFieldValue<uint>(0), constraint with { Validated = row.GetBoolean(4), Comment = row.TextOrNull(17) });
    }

    private static KeyConstraint KeyOf(NpgsqlDataReader row, ConstraintKind kind, ImmutableArray<Identifier> columns) =>
        new(kind, columns)
        {
            Include = row.Names(8),
            NullsNotDistinct = row.GetBoolean(9),
            Deferrable = row.GetBoolean(5),
            InitiallyDeferred = row.GetBoolean(6),
        };

    private static ForeignKey ForeignKeyOf(NpgsqlDataReader row) =>
        new(new TableName(row.Name(10), row.Name(11)), row.Names(12))
        {
            Match = row.GetString(13) == "f" ? "FULL" : ForeignKey.MatchSimple,
            OnUpdate = Action(row.GetString(14)),
            OnDelete = Action(row.GetString(15)),
            OnDeleteColumns = row.Names(16),
            Deferrable = row.GetBoolean(5),
            InitiallyDeferred = row.GetBoolean(6),
        };

    private static ConstraintKind Kind(string letter) => letter switch
    {
        "c" => ConstraintKind.Check,
        "f" => ConstraintKind.ForeignKey,
        "p" => ConstraintKind.PrimaryKey,
        "u" => ConstraintKind.Unique,
        "x" => ConstraintKind.Exclusion,
        _ => throw new UnreachableException($"The query asked for no constraint of type {letter}."),
    };

    private static string Action(string letter) => letter switch
    {
        "a" => ForeignKey.NoAction,
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => throw new UnreachableException($"pg_constraint documents no action {letter}."),
    };
}
