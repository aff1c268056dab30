using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>
/// A number for all that tables, the views over them and what belongs to both are made of: it changes with whatever somebody does to any of it.
/// </summary>
/// <remarks>
/// Definitions are printed and compared while nobody waits: printing a view locks its tables, and takes its time. Under the swap's
/// locks this number alone is asked for again, which only reads catalogs. Each row of them has the number of the transaction that wrote it (manual,
/// 5.6, xmin), so nothing needs to be printed; what VACUUM and ANALYZE note there is written in place, without one (heap_inplace_update).
/// </remarks>
internal static class CarriedVersion
{
    /// <summary>The number as it is now.</summary>
    public static async Task<string> ReadAsync(
        NpgsqlConnection connection, ImmutableArray<CarriedColumn> columns, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(QueryOf(columns), [], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    /// <summary>The query for it.</summary>
    public static string QueryOf(ImmutableArray<CarriedColumn> columns) =>
        $"""
        WITH RECURSIVE related (oid) AS (
            SELECT to_regclass(t.name)::oid FROM unnest({ArrayOf(columns.Select(column => column.Table.ToString()))}) AS t (name)
            UNION
            SELECT w.ev_class FROM related r
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.classid = 'pg_rewrite'::regclass
            JOIN pg_rewrite w ON w.oid = d.objid
            JOIN pg_class c ON c.oid = w.ev_class AND c.relkind = 'v'
            JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> ALL ({ArrayOf(columns.SelectMany(column => column.VersionSchemas).Select(schema => schema.Value))})),
        -- As an array, so that each catalog is read by its index, however many tables the database has.
        known (catalog, oid, place, version) AS (
            SELECT 'pg_class'::regclass, oid, 0, xmin FROM pg_class WHERE oid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_attribute'::regclass, attrelid, attnum, xmin FROM pg_attribute WHERE attrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_attrdef'::regclass, oid, 0, xmin FROM pg_attrdef WHERE adrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_rewrite'::regclass, oid, 0, xmin FROM pg_rewrite WHERE ev_class = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_trigger'::regclass, oid, 0, xmin FROM pg_trigger WHERE tgrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, 0, xmin FROM pg_statistic_ext WHERE stxrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_publication_rel'::regclass, oid, 0, xmin FROM pg_publication_rel WHERE prrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_index'::regclass, indexrelid, 0, xmin FROM pg_index WHERE indrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_class'::regclass, x.oid, 0, x.xmin FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_constraint'::regclass, oid, 0, xmin FROM pg_constraint WHERE conrelid = ANY (ARRAY(SELECT oid FROM related))
            UNION ALL SELECT 'pg_policy'::regclass, oid, 0, xmin FROM pg_policy WHERE polrelid = ANY (ARRAY(SELECT oid FROM related)) OR oid IN (
                SELECT objid FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = ANY (ARRAY(SELECT oid FROM related))
                AND classid = 'pg_policy'::regclass))
        -- Where none of the tables is there any more, there is nothing to add up.
        SELECT md5(coalesce(string_agg(concat_ws(' ', catalog::oid, oid, place, version), ',' ORDER BY catalog::oid, oid, place, version::text), '')) FROM (
            TABLE known
            UNION ALL
            SELECT 'pg_description'::regclass, x.objoid, x.objsubid, x.xmin FROM pg_description x JOIN (SELECT DISTINCT catalog, oid FROM known) k
            ON x.classoid = k.catalog AND x.objoid = k.oid) AS all_rows
        """;

    private static string ArrayOf(IEnumerable<string> texts) =>
        $"ARRAY[{string.Join(", ", texts.Distinct().Select(text => new Literal(text)))}]::text[]";
}
