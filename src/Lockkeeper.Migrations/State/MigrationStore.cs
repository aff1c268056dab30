using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.State;

/// <summary>Reads and writes one schema's rows in the state tables. Every write is one statement, or part of the caller's transaction.</summary>
internal sealed class MigrationStore(Identifier schema)
{
    /// <summary>Records a stage as done; meant for the transaction that does it.</summary>
    public const string RecordSql = """
        INSERT INTO lockkeeper.journal (migration, verb, stage, title) VALUES ($1, $2, $3, $4)
        ON CONFLICT (migration, verb, stage) DO NOTHING
        """;

    // The plan of what is complete is kept for the record only; to read all of them cost 10 ms for a history of fifty small migrations.
    private const string Columns = """
        m.id, m.name, m.state, m.kind = 'baseline', m.version_schema, m.previous_version, m.content, m.checksum, m.file_name,
        CASE WHEN m.state <> 'complete' THEN m.plan END, m.before_schema, m.started_at, m.completed_at, h.name
        """;

    /// <summary>Whether the state tables are there, as this version of them wants them.</summary>
    public static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname = 'lockkeeper' AND c.relname = 'journal')
               AND (SELECT count(*) = 2 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'lockkeeper' AND (c.relname, a.attname) IN (('migrations', 'squashed_into'), ('journal', 'made')))
            """,
            [], row => row.GetBoolean(0), cancellationToken)
            .ConfigureAwait(false);
        return rows[0];
    }

    /// <summary>All migrations of the schema, oldest first; those that were squashed stand before the one they became part of.</summary>
    public async Task<ImmutableArray<MigrationRecord>> ReadAllAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            $"""
             SELECT {Columns}
             FROM lockkeeper.migrations m LEFT JOIN lockkeeper.migrations h ON h.id = m.squashed_into
             WHERE m.schema_name = $1 ORDER BY coalesce(m.squashed_into, m.id), m.squashed_into IS NULL, m.id
             """,
            [Text(schema.Value)], Record, cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    /// <summary>Records a migration with its plan, before anything of it is run, and a row for each that was squashed into it.</summary>
    /// <exception cref="PostgresException">23505: the schema has an active migration, or one of this name.</exception>
    public async Task InsertAsync(
        NpgsqlConnection connection,
        Migration migration,
        MigrationPlan plan,
        SchemaSnapshot before,
        MigrationFacts facts,
        CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        var rows = await connection.QueryAsync(
            """
            INSERT INTO lockkeeper.migrations
                (schema_name, name, kind, state, version_schema, previous_version, content, checksum, file_name, plan, before_schema)
            VALUES ($1, $2, $10, 'starting', $3, $4, $5, $6, $7, $8, $9)
            RETURNING id
            """,
            [
                Text(schema.Value), Text(migration.Name), Text(facts.UseVersionSchemas ? facts.VersionSchema.Value : null),
                Text(facts.PreviousVersion?.Value), Text(migration.CanonicalJson), Text(migration.Checksum),
                Text(migration.FileName), Text(StateJson.Of(plan)), Text(StateJson.Of(before)),
                Text(migration.IsBaseline ? "baseline" : "migration"),
            ],
            row => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        foreach (var part in migration.Parts[..^1])
        {
            await InsertPartAsync(connection, part, rows[0], cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that the history begins here.</summary>
    public Task InsertBaselineAsync(
        NpgsqlConnection connection, string name, SchemaSnapshot now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            INSERT INTO lockkeeper.migrations (schema_name, name, kind, state, resulting_schema, completed_at)
            VALUES ($1, $2, 'baseline', 'complete', $3, now())
            """,
            [Text(schema.Value), Text(name), Text(StateJson.Of(now))],
            cancellationToken);

    /// <summary>Moves a migration to another state, unless it is not in the one it should be in.</summary>
    public static async Task SetStateAsync(
        NpgsqlConnection connection, long id, MigrationState state, CancellationToken cancellationToken)
    {
        var changed = await connection.ExecuteAsync(
            "UPDATE lockkeeper.migrations SET state = $2 WHERE id = $1 OR squashed_into = $1",
            [new() { Value = id }, Text(Word(state))],
            cancellationToken).ConfigureAwait(false);
        if (changed == 0)
        {
            throw new UnreachableException($"Migration {id} was removed while its lock was held.");
        }
    }

    /// <summary>Locks a migration's row until the transaction ends, and says how far it is; <see cref="MigrationState.None"/> when it is gone.</summary>
    public static async Task<MigrationState> LockInTransactionAsync(
        NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SELECT state FROM lockkeeper.migrations WHERE id = $1 FOR NO KEY UPDATE",
            [new() { Value = id }], row => State(row.GetString(0)), cancellationToken).ConfigureAwait(false);
        return rows is [var state] ? state : MigrationState.None;
    }

    /// <summary>Marks a migration as complete, with the schema that it led to.</summary>
    public static Task CompleteAsync(
        NpgsqlConnection connection, long id, SchemaSnapshot result, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            UPDATE lockkeeper.migrations
            SET state = 'complete', completed_at = clock_timestamp(), resulting_schema = CASE WHEN id = $1 THEN $2 END, before_schema = NULL
            WHERE id = $1 OR squashed_into = $1
            """,
            [new() { Value = id }, Text(StateJson.Of(result))],
            cancellationToken);

    /// <summary>Forgets a migration that was rolled back.</summary>
    public static Task DeleteAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken) =>
        connection.ExecuteAsync("DELETE FROM lockkeeper.migrations WHERE id = $1", [new() { Value = id }], cancellationToken);

    /// <summary>The stages of a verb that are done.</summary>
    public static async Task<ImmutableHashSet<int>> DoneAsync(
        NpgsqlConnection connection, long id, Verb verb, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SELECT stage FROM lockkeeper.journal WHERE migration = $1 AND verb = $2",
            [new() { Value = id }, Text(Word(verb))],
            row => row.GetInt32(0),
            cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    /// <summary>The parameters of <see cref="RecordSql"/>.</summary>
    public static NpgsqlParameter[] RecordOf(long id, Verb verb, int stage, string title) =>
        [new() { Value = id }, Text(Word(verb)), new() { Value = stage }, Text(title)];

    /// <summary>Writes down what SQL of the user's made; meant for the transaction that ran it, behind <see cref="RecordSql"/>.</summary>
    public static Task SetMadeInTransactionAsync(
        NpgsqlConnection connection, long id, Verb verb, int stage, MadeObjects made, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "UPDATE lockkeeper.journal SET made = $4 WHERE migration = $1 AND verb = $2 AND stage = $3",
            [new() { Value = id }, Text(Word(verb)), new() { Value = stage }, Text(StateJson.Of(made))],
            cancellationToken);

    /// <summary>What SQL of the user's made while starting, by the number of its stage.</summary>
    public static async Task<ImmutableDictionary<int, MadeObjects>> MadeAsync(
        NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SELECT stage, made FROM lockkeeper.journal WHERE migration = $1 AND verb = 'start' AND made IS NOT NULL",
            [new() { Value = id }],
            row => KeyValuePair.Create(row.GetInt32(0), StateJson.Made(row.GetString(1))!),
            cancellationToken).ConfigureAwait(false);
        return rows.ToImmutableDictionary();
    }

    private Task<int> InsertPartAsync(NpgsqlConnection connection, Migration part, long head, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            INSERT INTO lockkeeper.migrations (schema_name, name, kind, state, content, checksum, file_name, squashed_into)
            VALUES ($1, $2, 'migration', 'starting', $3, $4, $5, $6)
            """,
            [
                Text(schema.Value), Text(part.Name), Text(part.CanonicalJson), Text(part.Checksum), Text(part.FileName), new() { Value = head },
            ],
            cancellationToken);

    private static string Word(Verb verb) => verb switch
    {
        Verb.Start => "start",
        Verb.Complete => "complete",
        Verb.Rollback => "rollback",
        _ => throw new UnreachableException($"Verb {verb} has no word."),
    };

    private static string Word(MigrationState state) => state switch
    {
        MigrationState.Starting => "starting",
        MigrationState.Started => "started",
        MigrationState.Completing => "completing",
        MigrationState.RollingBack => "rolling back",
        MigrationState.Complete => "complete",
        _ => throw new UnreachableException($"State {state} is not stored."),
    };

    private static MigrationState State(string word) => word switch
    {
        "starting" => MigrationState.Starting,
        "started" => MigrationState.Started,
        "completing" => MigrationState.Completing,
        "rolling back" => MigrationState.RollingBack,
        "complete" => MigrationState.Complete,
        _ => throw new UnreachableException($"The table's check allows no state {word}."),
    };

    private static MigrationRecord Record(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), State(row.GetString(2)))
        {
            IsBaseline = row.GetBoolean(3),
            VersionSchema = Name(row, 4),
            PreviousVersion = Name(row, 5),
            Content = TextOrNull(row, 6),
            Checksum = TextOrNull(row, 7),
            FileName = TextOrNull(row, 8),
            Plan = StateJson.Plan(TextOrNull(row, 9)),
            Before = StateJson.Schema(TextOrNull(row, 10)),
            StartedAt = row.GetFieldValue<DateTimeOffset>(11),
            CompletedAt = row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12),
            SquashedInto = TextOrNull(row, 13),
        };

    private static Identifier? Name(NpgsqlDataReader row, int ordinal) =>
        TextOrNull(row, ordinal) is { } name ? new Identifier(name) : null;

    private static string? TextOrNull(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
