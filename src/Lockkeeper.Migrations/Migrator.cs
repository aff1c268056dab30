using System.Collections.Immutable;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Migrations;

/// <summary>Takes a live schema from one version to the next, while clients of both keep writing.</summary>
/// <param name="dataSource">The database. Connections must keep their session (no transaction pooling); role and the like are set there.</param>
/// <param name="options">How to go about it.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Where to log, under numbers 1000 to 1099.</param>
/// <remarks>
/// Every verb that changes something holds an advisory lock of the schema's for as long as it runs, so that two runs cannot meet; the server
/// releases it when the run ends, however it ends. All methods throw <see cref="MigrationException"/> for what the database's state does not allow.
/// </remarks>
public sealed class Migrator(NpgsqlDataSource dataSource, MigratorOptions options, TimeProvider time, ILoggerFactory logs)
{
    private readonly ILogger _logger = logs.CreateLogger<Migrator>();
    private readonly MigrationStore _store = new(options.Schema);
    private readonly Door _door = new(dataSource, options, time);

    /// <summary>Creates the schema <c>lockkeeper</c> with the state tables, where they are missing. Safe to call again.</summary>
    /// <param name="cancellationToken">Undoes it.</param>
    public async Task InitializeAsync(CancellationToken cancellationToken = default)
    {
        var connection = await _door.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync(MigrationStateTables.LockSql, [], cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.ExecuteAsync(MigrationStateTables.CreateSql, [], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            throw await RightsReader.MissingForStateAsync(connection, e, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks the schema as it is as the beginning of its history; files up to that name count as applied. Changes no table.</summary>
    /// <param name="name">The name of the baseline, and of the file that stands for it.</param>
    /// <param name="cancellationToken">Leaves the history as it was.</param>
    public async Task<MigrationReport> BaselineAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var since = time.GetTimestamp();
        var run = await _door.OpenLockedAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = run.ConfigureAwait(false);
        var history = await ReadHistoryAsync(run, cancellationToken).ConfigureAwait(false);
        history.RefuseActive();
        if (history.Records.Any(record => record.Name == name))
        {
            throw Failures.AlreadyApplied(name);
        }

        if (history.Records.FirstOrDefault(record => string.CompareOrdinal(record.Name, name) > 0) is { } later)
        {
            throw Failures.BaselineBefore(name, later.Name);
        }

        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var now = await _door.ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        await _store.InsertBaselineAsync(connection, name, now, cancellationToken).ConfigureAwait(false);
        return new MigrationReport(name, MigrationState.Complete, null, time.GetElapsedTime(since));
    }

    /// <summary>Works out every statement that the migration would run. Changes nothing; also works before <see cref="InitializeAsync"/>.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <exception cref="InvalidMigrationException">The migration does not fit the schema.</exception>
    public async Task<MigrationPlan> PlanAsync(Migration migration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(migration);
        var connection = await _door.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var history = new History(options.Schema, await MigrationStore.ExistsAsync(connection, cancellationToken).ConfigureAwait(false)
            ? await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false)
            : []);
        // While a migration is under way its own columns are in the tables, and any plan made over them would be wrong.
        history.RefuseActive();
        return (await MigrationPlanning.ReadAsync(connection, options, migration, history, cancellationToken).ConfigureAwait(false)).Plan;
    }

    /// <summary>Starts the migration, or goes on with a start of the same file that was interrupted. Both versions serve afterwards.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Stops at once; what is done stands and is recorded: start again, resume, or roll back.</param>
    /// <exception cref="InvalidMigrationException">The migration does not fit the schema. Nothing was changed.</exception>
    /// <exception cref="MigrationException">A stage failed: what had been done was undone, where the connection still allowed that.</exception>
    /// <remarks>Takes AccessExclusive on each changed table, one table at a time, for a few milliseconds each.</remarks>
    public async Task<MigrationReport> StartAsync(
        Migration migration, IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(migration);
        return await RunLockedAsync(
            async run =>
            {
                var history = await ReadHistoryAsync(run, cancellationToken).ConfigureAwait(false);
                var record = history.Interrupted(migration)
                    ?? await InsertAsync(run, migration, history, cancellationToken).ConfigureAwait(false);
                return await Starting.RunAsync(ContextOf(run, record, progress), cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the new version the only one. Cannot be undone.</summary>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Stops at once; what is done stands and is recorded: complete again, or resume.</param>
    /// <exception cref="MigrationException">A stage failed; the message says what is now true.</exception>
    /// <remarks>
    /// Validates first, under locks that let writers pass. Then takes AccessExclusive on all changed tables at once, for a few milliseconds.
    /// Safe to call again after a failure.
    /// </remarks>
    public Task<MigrationReport> CompleteAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => OnActiveAsync(
        "complete",
        progress,
        context => context.Record.State is MigrationState.Started or MigrationState.Completing
            ? Completing.RunAsync(context, cancellationToken)
            : throw Failures.WrongState(context.Record.Name, context.Record.State, "complete"),
        cancellationToken);

    /// <summary>Undoes a start, whole or half done. Rows keep what clients of the old version see; columns of the new version are gone.</summary>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Stops at once; what is undone stays undone: roll back again, or resume.</param>
    /// <exception cref="MigrationException">A stage failed; the message says what is now true.</exception>
    /// <remarks>Takes AccessExclusive on all changed tables at once, for a few milliseconds. Safe to call again after a failure.</remarks>
    public Task<MigrationReport> RollbackAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) =>
        OnActiveAsync("roll back", progress, context => RollingBack.RunAsync(context, cancellationToken), cancellationToken);

    /// <summary>Goes on with whatever verb was interrupted, exactly where it stopped.</summary>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Stops at once; what is done stands and is recorded.</param>
    /// <exception cref="MigrationException">There is nothing to go on with, or a stage failed.</exception>
    public Task<MigrationReport> ResumeAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => OnActiveAsync(
        "resume",
        progress,
        context => context.Record.State switch
        {
            MigrationState.Starting => Starting.RunAsync(context, cancellationToken),
            MigrationState.Completing => Completing.RunAsync(context, cancellationToken),
            MigrationState.RollingBack => RollingBack.RunAsync(context, cancellationToken),
            _ => throw Failures.WrongState(context.Record.Name, context.Record.State, "resume"),
        },
        cancellationToken);

    /// <summary>Where the schema stands.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<SchemaStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        var history = await _door.ReadHistoryAsync(cancellationToken).ConfigureAwait(false);
        var latest = history.LastOrDefault();
        return new SchemaStatus(
            options.Schema,
            latest?.Name,
            latest?.State ?? MigrationState.None,
            history.LastOrDefault(r => r.State is MigrationState.Started or MigrationState.Complete && r.VersionSchema is not null)?.VersionSchema,
            latest is { State: not MigrationState.Complete } ? latest.PreviousVersion : null)
        {
            Squashed = latest is null ? [] : [.. history.Where(r => r.SquashedInto == latest.Name).Select(r => r.Name)],
        };
    }

    /// <summary>All migrations of the schema, oldest first.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ImmutableArray<AppliedMigration>> HistoryAsync(CancellationToken cancellationToken = default) =>
    [
        .. (await _door.ReadHistoryAsync(cancellationToken).ConfigureAwait(false)).Select(r => new AppliedMigration(
            r.Name, r.State, r.IsBaseline, r.VersionSchema, r.Checksum, r.StartedAt, r.CompletedAt)
        {
            Content = r.Content,
            SquashedInto = r.SquashedInto,
        }),
    ];

    // Reads where the migration stands, and goes on from there with the stages of a verb.
    private Task<MigrationReport> OnActiveAsync(
        string verb,
        IProgress<MigrationEvent>? progress,
        Func<VerbContext, Task<MigrationReport>> work,
        CancellationToken cancellationToken) => RunLockedAsync(
        async run =>
        {
            var history = await ReadHistoryAsync(run, cancellationToken).ConfigureAwait(false);
            return await work(ContextOf(run, history.Active(verb), progress)).ConfigureAwait(false);
        },
        cancellationToken);

    private async Task<MigrationRecord> InsertAsync(RunLock run, Migration migration, History history, CancellationToken cancellationToken)
    {
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var planned = await MigrationPlanning.ReadAsync(connection, options, migration, history, cancellationToken).ConfigureAwait(false);
        await RightsReader.RefuseMissingAsync(connection, planned.Plan, planned.Facts, cancellationToken).ConfigureAwait(false);
        await _store.InsertAsync(connection, migration, planned.Plan, planned.Before, planned.Facts, cancellationToken).ConfigureAwait(false);
        return (await ReadHistoryAsync(run, cancellationToken).ConfigureAwait(false)).Active("start");
    }

    private async Task<History> ReadHistoryAsync(RunLock run, CancellationToken cancellationToken)
    {
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        return new History(options.Schema, await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false));
    }

    private async Task<MigrationReport> RunLockedAsync(
        Func<RunLock, Task<MigrationReport>> verb, CancellationToken cancellationToken)
    {
        var run = await _door.OpenLockedAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = run.ConfigureAwait(false);
        try
        {
            return await verb(run).ConfigureAwait(false);
        }
        catch (Exception e) when (TransientErrors.IsConnectionLoss(e))
        {
            throw Failures.ConnectionLost(e);
        }
    }

    private VerbContext ContextOf(RunLock run, MigrationRecord record, IProgress<MigrationEvent>? progress) => new(run, record, progress)
    {
        DataSource = dataSource,
        Options = options,
        Time = time,
        Logs = logs,
        Logger = _logger,
        Since = time.GetTimestamp(),
        Door = _door,
    };
}
