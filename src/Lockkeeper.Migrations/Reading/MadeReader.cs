using System.Collections.Immutable;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Reads which objects a transaction has made, what dropping them locks, and what is left of them.</summary>
internal static class MadeReader
{
    // Written by this transaction or a later one: age counts from the transaction's own number. What belongs to another object by being a part of it
    // (deptype i: a row type, the index of a constraint; e: of an extension; P, S: of a partitioned one) comes and goes with that.
    private const string WrittenSql = """
        SELECT w.class, w.oid, a.classes, a.oids, pg_catalog.pg_current_xact_id()::pg_catalog.xid::text
        FROM (
            SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid FROM pg_catalog.pg_class c
            WHERE pg_catalog.age(c.xmin) <= 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I') AND c.relpersistence <> 't' AND c.relnamespace <> 'pg_toast'::pg_catalog.regnamespace
            UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid FROM pg_catalog.pg_type WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid FROM pg_catalog.pg_proc WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, oid FROM pg_catalog.pg_trigger WHERE pg_catalog.age(xmin) <= 0 AND NOT tgisinternal AND tgparentid = 0
            UNION ALL SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, oid FROM pg_catalog.pg_rewrite WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, oid FROM pg_catalog.pg_policy WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid FROM pg_catalog.pg_statistic_ext WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid FROM pg_catalog.pg_namespace WHERE pg_catalog.age(xmin) <= 0 AND NOT starts_with(nspname, 'pg_')
            UNION ALL SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, oid FROM pg_catalog.pg_operator WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, oid FROM pg_catalog.pg_collation WHERE pg_catalog.age(xmin) <= 0
            UNION ALL SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, oid FROM pg_catalog.pg_cast WHERE pg_catalog.age(xmin) <= 0) AS w (class, oid)
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(d.refclassid) FILTER (WHERE d.deptype = 'a'), '{}'), coalesce(array_agg(d.refobjid) FILTER (WHERE d.deptype = 'a'), '{}'),
                   coalesce(bool_or(d.deptype IN ('i', 'e', 'P', 'S')), false)
            FROM pg_catalog.pg_depend d WHERE d.classid = w.class AND d.objid = w.oid AND d.objsubid = 0) AS a (classes, oids, is_part)
        WHERE NOT a.is_part
        """;

    private const string ThereSql = """
        SELECT x.class, x.oid
        FROM unnest($1::oid[], $2::oid[]) AS x (class, oid) CROSS JOIN LATERAL pg_catalog.pg_identify_object(x.class, x.oid, 0) AS i
        WHERE i.identity IS NOT NULL
        """;

    // An index, trigger, rule or policy goes under a lock on its table; statistics under one that writers pass.
    private const string LocksSql = """
        SELECT n.nspname, c.relname, bool_and(r.weak)
        FROM unnest($1::oid[], $2::oid[]) AS x (class, oid)
        JOIN LATERAL (
            SELECT coalesce(i.indrelid, k.oid), false FROM pg_catalog.pg_class k LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.oid
            WHERE x.class = 'pg_catalog.pg_class'::regclass AND k.oid = x.oid
            UNION ALL SELECT tgrelid, false FROM pg_catalog.pg_trigger WHERE x.class = 'pg_catalog.pg_trigger'::regclass AND oid = x.oid
            UNION ALL SELECT ev_class, false FROM pg_catalog.pg_rewrite WHERE x.class = 'pg_catalog.pg_rewrite'::regclass AND oid = x.oid
            UNION ALL SELECT polrelid, false FROM pg_catalog.pg_policy WHERE x.class = 'pg_catalog.pg_policy'::regclass AND oid = x.oid
            UNION ALL SELECT stxrelid, true FROM pg_catalog.pg_statistic_ext WHERE x.class = 'pg_catalog.pg_statistic_ext'::regclass AND oid = x.oid
            ) AS r (oid, weak) ON true
        JOIN pg_catalog.pg_class c ON c.oid = r.oid AND c.relkind IN ('r', 'p', 'v', 'm') JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        GROUP BY n.nspname, c.relname
        """;

    private const string LeftSql = """
        SELECT i.type || ' ' || i.identity, i.type = 'table', EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = x.oid OR inhrelid = x.oid), (
            SELECT string_agg(DISTINCT pg_describe_object(CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass END, coalesce(w.ev_class, d.objid),
                                                          CASE WHEN w.oid IS NULL THEN d.objsubid ELSE 0 END), ', ')
            FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
            WHERE d.refclassid = x.class AND d.refobjid = x.oid AND d.deptype = 'n')
        FROM unnest($1::oid[], $2::oid[]) AS x (class, oid) CROSS JOIN LATERAL pg_catalog.pg_identify_object(x.class, x.oid, 0) AS i
        WHERE i.identity IS NOT NULL ORDER BY 1
        """;

    /// <summary>What the open transaction has made.</summary>
    /// <param name="own">The connection, with the transaction, which has a number already.</param>
    /// <param name="other">Another one, in no transaction: it sees all that was there before, and nothing that is not committed.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<MadeObjects> ReadInTransactionAsync(
        NpgsqlConnection own, NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var written = await own.QueryAsync(
            WrittenSql,
            [],
            row => (Object: Object(row), Of: row.GetFieldValue<uint[]>(2).Zip(row.GetFieldValue<uint[]>(3), (c, o) => new MadeObject(c, o)).ToArray(), By: row.GetString(4)),
            cancellationToken).ConfigureAwait(false);
        var there = await other.QueryAsync(ThereSql, ParametersOf(written.Select(w => w.Object)), Object, cancellationToken).ConfigureAwait(false);
        var made = written.Where(w => !there.Contains(w.Object)).ToArray();
        var all = made.Select(w => w.Object).ToHashSet();
        // The sequence of a serial column, the index of a table: what was made of its own accord stays or goes with what was made on purpose.
        return new MadeObjects(
            made.FirstOrDefault().By ?? "",
            [.. made.Where(w => !w.Of.Any(all.Contains)).Select(w => w.Object).OrderBy(o => o.Catalog).ThenBy(o => o.Oid)]);
    }

    /// <summary>What dropping them locks that is there.</summary>
    public static async Task<ImmutableArray<TableLock>> LocksAsync(
        NpgsqlConnection connection, MadeObjects made, CancellationToken cancellationToken) =>
    [
        .. (await connection.QueryAsync(
            LocksSql,
            ParametersOf(made.All),
            row => new TableLock(new TableName(new Identifier(row.GetString(0)), new Identifier(row.GetString(1))), row.GetBoolean(2) ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive),
            cancellationToken).ConfigureAwait(false)).OrderBy(held => held.Table.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>What was not dropped, and why, in sentences.</summary>
    public static async Task<ImmutableArray<string>> LeftAsync(
        NpgsqlConnection connection, IEnumerable<MadeObjects> made, CancellationToken cancellationToken) =>
    [
        .. await connection.QueryAsync(
            LeftSql,
            ParametersOf(made.SelectMany(m => m.All)),
            row => $"The migration's SQL made {row.GetString(0)}, which stays: {(row.IsDBNull(3) ? Reason(row.GetBoolean(1), row.GetBoolean(2)) : $"it is used by {row.GetString(3)}")}.",
            cancellationToken).ConfigureAwait(false),
    ];

    private static string Reason(bool isTable, bool inherits) =>
        inherits ? "it has partitions, or is one" : isTable ? "others have written rows into it" : "the server did not drop it";

    private static MadeObject Object(NpgsqlDataReader row) => new(row.GetFieldValue<uint>(0), row.GetFieldValue<uint>(1));

    private static NpgsqlParameter[] ParametersOf(IEnumerable<MadeObject> objects)
    {
        var all = objects.ToArray();
        return
        [
            new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid, Value = all.Select(o => o.Catalog).ToArray() },
            new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid, Value = all.Select(o => o.Oid).ToArray() },
        ];
    }
}
