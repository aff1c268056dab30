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

    private static TableName Name(NpgsqlDataReader row, int first) =>
        new(new Identifier(row.GetString(first)), new Identifier(row.GetString(first + 1)));
}
