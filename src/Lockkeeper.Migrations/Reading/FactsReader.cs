using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Reads what a migration's plan depends on besides the tables: the server's version and the version before.</summary>
internal sealed class FactsReader(NpgsqlConnection connection, MigratorOptions options)
{
    public async Task<MigrationFacts> ReadAsync(
        Migration migration, ImmutableArray<MigrationRecord> history, CancellationToken cancellationToken)
    {
        var previous = await PreviousAsync(history, cancellationToken).ConfigureAwait(false);
        return new MigrationFacts(migration.Name, VersionSchemaOf(migration, options.Schema), connection.PostgreSqlVersion.Major)
        {
            PreviousVersion = previous,
            PreviousViews = previous is { } schema ? await ShownViewsReader.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false) : [],
            Role = await RoleAsync(cancellationToken).ConfigureAwait(false),
            UseVersionSchemas = options.UseVersionSchemas,
            CompletesAtOnce = options.CompletesAtOnce,
        };
    }

    /// <summary>The schema of a migration's version.</summary>
    /// <exception cref="InvalidMigrationException">Its name would be too long.</exception>
    public static Identifier VersionSchemaOf(Migration migration, Identifier schema)
    {
        var name = $"{schema.Value}_{migration.Version}";
        return System.Text.Encoding.UTF8.GetByteCount(name) <= Identifier.MaxBytes && !name.Contains('\0', StringComparison.Ordinal)
            ? new Identifier(name)
            : throw Refusals.NameTooLong(SourcePosition.Whole(migration.FileName), name);
    }

    private async Task<Identifier> RoleAsync(CancellationToken cancellationToken) => (await connection.QueryAsync(
        "SELECT current_user", [], row => new Identifier(row.GetString(0)), cancellationToken).ConfigureAwait(false))[0];

    private async Task<Identifier?> PreviousAsync(ImmutableArray<MigrationRecord> history, CancellationToken cancellationToken)
    {
        foreach (var record in history.Reverse().Where(r => r is { State: MigrationState.Complete, VersionSchema: not null }))
        {
            var rows = await connection.QueryAsync(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)",
                [new() { Value = record.VersionSchema!.Value.Value }],
                row => row.GetBoolean(0),
                cancellationToken).ConfigureAwait(false);
            if (rows[0])
            {
                return record.VersionSchema;
            }
        }

        return null;
    }
}
