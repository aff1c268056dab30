using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>Whether the schema exists, and who may use it.</summary>
internal static class SchemaQuery
{
    private static readonly string Sql = $"""
        SELECT {GrantsSql.OfOthers("n.nspacl", "n", "n.nspowner")}
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
