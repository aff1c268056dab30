using System.Collections.Immutable;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Adopting;

/// <summary>Reads the schema in which pgroll keeps its state, and drops it. For use in one transaction.</summary>
internal sealed class PgrollState(NpgsqlConnection connection, Identifier stateSchema)
{
    // Those that are read below; pgroll has had them from the beginning.
    private static readonly string[] Columns = ["schema", "name", "migration", "created_at", "parent", "done", "resulting_schema"];

    public Task SilenceAsync(CancellationToken cancellationToken) => PgrollSilence.KeepAsync(connection, cancellationToken);

    /// <summary>What <see cref="LockAsync"/> asks for.</summary>
    public static ImmutableArray<TableLock> Locks(Identifier stateSchema, bool willDrop) =>
        [new TableLock(new TableName(stateSchema, new Identifier("migrations")), willDrop ? LockMode.AccessExclusive : LockMode.ShareRowExclusive)];

    /// <summary>What the table lacks: one of that name may belong to anybody.</summary>
    public async Task<ImmutableArray<string>> MissingColumnsAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT wanted FROM unnest($1::text[]) wanted WHERE NOT EXISTS (
                SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = $2 AND c.relname = 'migrations' AND a.attname = wanted AND NOT a.attisdropped)
            """,
            [new() { Value = Columns }, Text(stateSchema.Value)], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname = $1 AND c.relname = 'migrations' AND c.relkind = 'r')
            """,
            [Text(stateSchema.Value)], row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    /// <summary>Keeps pgroll from starting something until the transaction ends.</summary>
    public Task LockAsync(bool willDrop, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"LOCK TABLE {stateSchema}.migrations IN {(willDrop ? "ACCESS EXCLUSIVE" : "SHARE ROW EXCLUSIVE")} MODE", [], cancellationToken);

    /// <summary>The history of a schema, oldest first: each row names the one before it.</summary>
    /// <remarks>The kind of a row came with pgroll 0.9; before, every row was one of pgroll's own.</remarks>
    public async Task<ImmutableArray<PgrollRow>> ReadAsync(Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            $"""
            WITH RECURSIVE chain AS (
                SELECT m.*, 1 AS place FROM {stateSchema}.migrations m WHERE m.schema = $1 AND m.parent IS NULL
                UNION ALL
                SELECT m.*, c.place + 1 FROM {stateSchema}.migrations m JOIN chain c ON m.schema = c.schema AND m.parent = c.name)
            SELECT c.name, COALESCE(to_jsonb(c) ->> 'migration_type', 'pgroll'), c.migration::text, n.nspname::text, c.done, c.created_at,
                   -- Only where needed: it holds the whole schema. A column that is a mapping is the format of pgroll 0.10 to 0.15.
                   CASE WHEN jsonb_path_exists(c.migration, '$.operations[*].create_index.columns ? (@.type() == "object")')
                        THEN c.resulting_schema::text END
            FROM chain c
            LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1 || '_' || COALESCE(NULLIF(c.migration ->> 'version_schema', ''), c.name)
            ORDER BY c.place
            """,
            [Text(schema.Value)],
            row => new PgrollRow(
                row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetBoolean(4),
                row.GetFieldValue<DateTimeOffset>(5),
                row.IsDBNull(6) ? null : row.GetString(6)),
            cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    /// <summary>The other schemas of which pgroll has migrations of its own.</summary>
    /// <remarks>What it inferred elsewhere, such as from temporary tables, is nobody's history.</remarks>
    public async Task<ImmutableArray<string>> OtherSchemasAsync(Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            $"""
            SELECT DISTINCT m.schema::text FROM {stateSchema}.migrations m
            WHERE m.schema <> $1 AND COALESCE(to_jsonb(m) ->> 'migration_type', 'pgroll') <> 'inferred'
              AND NOT EXISTS (SELECT FROM lockkeeper.migrations l WHERE l.schema_name = m.schema AND l.name = m.name)
            ORDER BY 1
            """,
            [Text(schema.Value)], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    /// <summary>The event triggers whose functions lie in the state schema.</summary>
    public async Task<ImmutableArray<Identifier>> EventTriggersAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT e.evtname::text FROM pg_catalog.pg_event_trigger e JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 ORDER BY 1
            """,
            [Text(stateSchema.Value)], row => new Identifier(row.GetString(0)), cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    /// <summary>What removes pgroll: its event triggers first, which would otherwise hear of the rest.</summary>
    public ImmutableArray<string> Removal(ImmutableArray<Identifier> eventTriggers) =>
        [.. eventTriggers.Select(trigger => $"DROP EVENT TRIGGER {trigger}"), $"DROP SCHEMA {stateSchema} CASCADE"];

    public async Task DropAsync(ImmutableArray<Identifier> eventTriggers, CancellationToken cancellationToken)
    {
        foreach (var statement in Removal(eventTriggers))
        {
            await connection.ExecuteAsync(statement, [], cancellationToken).ConfigureAwait(false);
        }
    }

    private static NpgsqlParameter Text(string value) => new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = value };
}
