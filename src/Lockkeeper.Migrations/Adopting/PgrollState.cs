using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Adopting;

/// <summary>Reads the schema in which pgroll keeps its state, and drops it. For use in one transaction.</summary>
internal sealed class PgrollState(NpgsqlConnection connection, Identifier stateSchema)
{
    // pgroll's event triggers hear what we do here as well, and this is how they are told not to.
    private const string SilenceSql = "SET LOCAL pgroll.no_inferred_migrations = 'TRUE'";

    public Task SilenceAsync(CancellationToken cancellationToken) => connection.ExecuteAsync(SilenceSql, [], cancellationToken);

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
            SELECT c.name, COALESCE(to_jsonb(c) ->> 'migration_type', 'pgroll'), c.migration::text, n.nspname::text, c.done, c.created_at
            FROM chain c
            LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1 || '_' || COALESCE(NULLIF(c.migration ->> 'version_schema', ''), c.name)
            ORDER BY c.place
            """,
            [Text(schema.Value)],
            row => new PgrollRow(
                row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetBoolean(4),
                row.GetFieldValue<DateTimeOffset>(5)),
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
