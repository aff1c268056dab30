using System.Collections.Immutable;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.State;

/// <summary>Reads what lies under a table and how long each leaf is.</summary>
internal static class LeafReader
{
    private const string OrdinaryTable = "r";
    private const string PartitionedTable = "p";

    // pg_inherits rather than pg_partition_tree, so that tables joined by plain inheritance are found as well.
    private const string LeavesSql =
        """
        WITH RECURSIVE tree AS (
            SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2
            UNION
            SELECT i.inhrelid FROM pg_inherits AS i JOIN tree ON i.inhparent = tree.oid)
        SELECT c.oid, n.nspname, c.relname, c.relkind::text, coalesce(pg_relation_filenode(c.oid), 0), c.relispartition
        FROM tree JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = c.relnamespace
        ORDER BY c.oid
        """;

    private const string BlocksSql =
        """
        SELECT leaf, coalesce(pg_relation_size(leaf), 0) / current_setting('block_size')::bigint
        FROM unnest($1) AS leaf
        """;

    public static async Task<ImmutableArray<Leaf>> ReadAsync(
        NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var tree = await connection.QueryAsync(
            LeavesSql,
            [new() { Value = table.Schema.Value }, new() { Value = table.Name.Value }],
            row => (Kind: row.GetString(3), Leaf: LeafOf(row)),
            cancellationToken).ConfigureAwait(false);
        if (tree.Count == 0)
        {
            throw BackfillException.NotATable(table, "there is no such table");
        }

        // A foreign table in the tree, if it were passed over, would be left without the new values.
        if (tree.FirstOrDefault(t => t.Kind is not (OrdinaryTable or PartitionedTable)).Leaf is { } stranger)
        {
            throw BackfillException.NotATable(table, $"{stranger.Name} is not an ordinary table");
        }

        return [.. tree.Where(t => t.Kind == OrdinaryTable).Select(t => t.Leaf)];
    }

    /// <summary>The length of each leaf in blocks. Waits while somebody rewrites one, up to the session's lock timeout.</summary>
    public static async Task<IReadOnlyDictionary<uint, long>> ReadBlocksAsync(
        NpgsqlConnection connection, IEnumerable<uint> leaves, CancellationToken cancellationToken)
    {
        var blocks = await connection.QueryAsync(
            BlocksSql,
            [new() { Value = leaves.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid }],
            row => KeyValuePair.Create(row.GetFieldValue<uint>(0), row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);
        return new Dictionary<uint, long>(blocks);
    }

    private static Leaf LeafOf(NpgsqlDataReader row) => new(
        row.GetFieldValue<uint>(0),
        new TableName(new Identifier(row.GetString(1)), new Identifier(row.GetString(2))),
        row.GetFieldValue<uint>(4))
    {
        IsPartition = row.GetBoolean(5),
    };
}
