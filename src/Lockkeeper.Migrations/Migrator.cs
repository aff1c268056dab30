using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Migrations;

/// <summary>Takes a live schema from one version to the next, while clients of both keep writing.</summary>
/// <param name="dataSource">The database. Connections must keep their session (no transaction pooling); role and the like are set there.</param>
/// <param name="options">How to go about it.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Where to log, under numbers 1000 to 1099.</param>
public sealed class Migrator(NpgsqlDataSource dataSource, MigratorOptions options, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Creates the schema <c>lockkeeper</c> with the state tables, where they are missing. Safe to call again.</summary>
    public Task InitializeAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException($"{dataSource}{options}{time}{logs}");

    /// <summary>Marks the schema as it is as the beginning of its history; files up to that name count as applied. Changes no table.</summary>
    public Task<MigrationReport> BaselineAsync(string name, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Works out every statement that the migration would run. Changes nothing; also works before <see cref="InitializeAsync"/>.</summary>
    public Task<MigrationPlan> PlanAsync(Migration migration, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Starts the migration, or goes on with a start of the same file that was interrupted.</summary>
    public Task<MigrationReport> StartAsync(
        Migration migration, IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Makes the new version the only one. Cannot be undone.</summary>
    public Task<MigrationReport> CompleteAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Undoes a start, whole or half done.</summary>
    public Task<MigrationReport> RollbackAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Goes on with whatever verb was interrupted, exactly where it stopped.</summary>
    public Task<MigrationReport> ResumeAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Where the schema stands.</summary>
    public Task<SchemaStatus> StatusAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All migrations of the schema, oldest first.</summary>
    public Task<ImmutableArray<AppliedMigration>> HistoryAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
