using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>The tables and partitioned tables of a schema. Partitions are left out: their parent stands for them.</summary>
internal static class TablesQuery
{
    private static readonly string Sql = $"""
        SELECT c.oid, c.relname, c.relkind = 'p', obj_description(c.oid, 'pg_class'),
               EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class k ON k.oid = h.inhrelid
                       WHERE (h.inhparent = c.oid OR h.inhrelid = c.oid) AND NOT k.relispartition),
               {GrantsSql.OfOthers("c.relacl", "r", "c.relowner")},
               CASE WHEN c.relreplident = 'i' THEN
                   (SELECT x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                    WHERE i.indrelid = c.oid AND i.indisreplident) END,
               c.relreplident = 'f', c.relrowsecurity, pg_get_userbyid(c.relowner)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        """;

    public static Task<List<(uint Oid, TableSnapshot Snapshot)>> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            Sql,
            schema,
            row => (row.GetFieldValue<uint>(0), new TableSnapshot(row.Name(1), [])
            {
                IsPartitioned = row.GetBoolean(2),
                Comment = row.TextOrNull(3),
                UsesInheritance = row.GetBoolean(4),
                Grants = row.Grants(5),
                ReplicaIdentity = row.IsDBNull(6) ? null : row.Name(6),
                ReplicatesWholeRows = row.GetBoolean(7),
                HasRowSecurity = row.GetBoolean(8),
                Owner = row.Name(9),
            }),
            cancellationToken);
}
