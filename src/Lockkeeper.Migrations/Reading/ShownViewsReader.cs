using System.Collections.Immutable;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Reads which views a version's schema has.</summary>
internal static class ShownViewsReader
{
    /// <summary>The views, by name; none when there is no such schema.</summary>
    public static async Task<ImmutableArray<ShownView>> ReadAsync(NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var views = await connection.QueryAsync(
            """
            SELECT c.relname, ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind = 'v' ORDER BY c.relname COLLATE "C"
            """,
            [new() { Value = schema.Value }],
            row => new ShownView(new Identifier(row.GetString(0)), [.. row.GetFieldValue<string[]>(1).Select(name => new Identifier(name))]),
            cancellationToken).ConfigureAwait(false);
        return [.. views];
    }
}
