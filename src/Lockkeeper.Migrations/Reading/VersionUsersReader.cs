using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Finds what would keep a version's schema from being dropped: users' own objects that read its views, or that live in it.</summary>
internal static class VersionUsersReader
{
    // A rule is told by its view. What belongs to our own views (their rules, types and defaults) goes with them.
    private const string Sql = """
        WITH ours (oid) AS (
            SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind = 'v' AND ($2::text[] IS NULL OR c.relname = ANY ($2))),
        targets (classid, objid) AS (
            SELECT 'pg_catalog.pg_class'::regclass::oid, oid FROM ours
            UNION SELECT 'pg_catalog.pg_type'::regclass, t.oid
            FROM ours JOIN pg_catalog.pg_class c ON c.oid = ours.oid JOIN pg_catalog.pg_type r ON r.oid = c.reltype
            JOIN pg_catalog.pg_type t ON t.oid IN (r.oid, r.typarray)
            UNION SELECT 'pg_catalog.pg_namespace'::regclass, n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
        SELECT DISTINCT CASE WHEN w.rulename = '_RETURN' THEN pg_describe_object('pg_catalog.pg_class'::regclass, w.ev_class, 0)
                             ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
        FROM targets t
        JOIN pg_catalog.pg_depend d ON d.refclassid = t.classid AND d.refobjid = t.objid AND d.deptype = 'n'
        LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
        WHERE NOT EXISTS (SELECT FROM ours WHERE oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::regclass THEN d.objid ELSE w.ev_class END)
        ORDER BY 1
        """;

    /// <summary>The objects, each in the server's words.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="version">The version's schema.</param>
    /// <param name="views">The views in it that are ours; null when all of them are.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ImmutableArray<string>> ReadAsync(
        NpgsqlConnection connection, Identifier version, ImmutableArray<Identifier>? views, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Sql,
            [new() { Value = version.Value }, Names(views)],
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    private static NpgsqlParameter Names(ImmutableArray<Identifier>? views) => new()
    {
        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text,
        Value = views is { } known ? known.Select(view => view.Value).ToArray() : DBNull.Value,
    };
}
