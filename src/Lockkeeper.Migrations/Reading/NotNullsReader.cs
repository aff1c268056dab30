using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Reads the NOT NULL constraints of a table. Before PostgreSQL 18 the catalog has none.</summary>
internal static class NotNullsReader
{
    public static async Task<FoundNotNulls> ReadAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT a.attname, k.conname, k.connoinherit, obj_description(k.oid, 'pg_constraint')
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            WHERE k.conrelid = to_regclass($1) AND k.contype = 'n'
            ORDER BY a.attnum
            """,
            [new() { Value = table.ToString() }],
            row => new NamedNotNull(new Identifier(row.GetString(0)), new Identifier(row.GetString(1)))
            {
                NoInherit = row.GetBoolean(2),
                Comment = row.IsDBNull(3) ? null : row.GetString(3),
            },
            cancellationToken).ConfigureAwait(false);
        return new FoundNotNulls([.. rows]);
    }
}
