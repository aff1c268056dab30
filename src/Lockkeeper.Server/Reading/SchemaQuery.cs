using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>Whether the schema exists, and who may use it.</summary>
internal static class SchemaQuery
{
    private const string Sql = """
        SELECT (SELECT jsonb_agg(jsonb_build_object('grantee', r.rolname, 'privilege', a.privilege_type,
                       'grantable', a.is_grantable) ORDER BY r.rolname COLLATE "C" NULLS FIRST, a.privilege_type)
                FROM aclexplode(n.nspacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
                WHERE a.grantee <> n.nspowner)
        FROM pg_catalog.pg_namespace n
        WHERE n.nspname = $1
        """;

    public static async Task<ImmutableArray<Grant>?> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(Sql, schema, row => row.Grants(0), cancellationToken).ConfigureAwait(false);
        return rows is [var grants] ? grants : null;
    }
}
