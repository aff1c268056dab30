using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Reads the tree of a table's partitions.</summary>
internal static class PartitionsReader
{
    private const string Sql = """
        SELECT n.nspname, c.relname, pn.nspname, p.relname, c.relkind = 'p', c.relkind = 'f'
        FROM pg_catalog.pg_partition_tree(to_regclass($1)) t
        JOIN pg_catalog.pg_class c ON c.oid = t.relid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_class p ON p.oid = t.parentrelid
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE t.level > 0
        ORDER BY t.level, n.nspname COLLATE "C", c.relname COLLATE "C"
        """;

    public static async Task<FoundPartitions> ReadAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Sql,
            [new() { Value = table.ToString() }],
            row => new FoundPartition(Name(row, 0), Name(row, 2), row.GetBoolean(4), row.GetBoolean(5)),
            cancellationToken).ConfigureAwait(false);
        return new FoundPartitions([.. rows]);
    }

    /// <summary>By what the rows of the table, and of those of its partitions that are partitioned, are distributed.</summary>
    public static async Task<FoundPartitionKey> KeyAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        // Columns may stand in another order in a partition, but have the same names.
        var rows = await connection.QueryAsync(
            """
            SELECT DISTINCT a.attname FROM pg_catalog.pg_partition_tree(to_regclass($1)) t
            JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = t.relid
            CROSS JOIN LATERAL unnest(p.partattrs::int2[]) AS k (attnum)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.attnum AND k.attnum <> 0
            ORDER BY 1
            """,
            [new() { Value = table.ToString() }],
            row => row.IsDBNull(0) ? (Identifier?)null : new Identifier(row.GetString(0)),
            cancellationToken).ConfigureAwait(false);
        return new FoundPartitionKey([.. rows.OfType<Identifier>()], rows.Any(column => column is null));
    }

    private static TableName Name(NpgsqlDataReader row, int first) =>
        new(new Identifier(row.GetString(first)), new Identifier(row.GetString(first + 1)));
}
