using System.Collections.Immutable;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Reading;

/// <summary>The names of all relations of a database, for reading a log that only numbers them.</summary>
public static class RelationNames
{
    private const string Sql = """
        SELECT c.oid, CASE WHEN n.nspname = 'public' THEN quote_ident(c.relname) ELSE quote_ident(n.nspname) || '.' || quote_ident(c.relname) END
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        """;

    /// <summary>Reads them.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ImmutableDictionary<uint, string>> ReadAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var rows = await connection.QueryAsync(
            Sql, [], row => (Oid: row.GetFieldValue<uint>(0), Name: row.GetString(1)), cancellationToken).ConfigureAwait(false);
        return rows.ToImmutableDictionary(row => row.Oid, row => row.Name);
    }
}
