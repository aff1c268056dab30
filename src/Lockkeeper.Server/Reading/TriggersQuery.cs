using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>The triggers of a schema's tables, by name; not the internal ones of foreign keys, nor copies on partitions.</summary>
internal static class TriggersQuery
{
    private const string Sql = """
        SELECT c.oid, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text
        FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND NOT t.tgisinternal AND t.tgparentid = 0
        ORDER BY c.oid, t.tgname COLLATE "C"
        """;

    public static async Task<ILookup<uint, TriggerSnapshot>> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Sql,
            schema,
            row => (Table: row.GetFieldValue<uint>(0),
                Trigger: new TriggerSnapshot(row.Name(1), row.GetString(2), row.GetString(3)[0])),
            cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Table, row => row.Trigger);
    }
}
