using System.Collections.Immutable;
using System.Data;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Reading;
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
    private const int OldestServer = 14;

    private readonly ILogger _logger = logs.CreateLogger<Migrator>();
    private readonly MigrationStore _store = new(options.Schema);

    /// <summary>Creates the schema <c>lockkeeper</c> with the state tables, where they are missing. Safe to call again.</summary>
    /// <param name="cancellationToken">Undoes it.</param>
    public async Task InitializeAsync(CancellationToken cancellationToken = default)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
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
        var run = await OpenLockedAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = run.ConfigureAwait(false);
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var history = await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);
        RefuseActive(history);
        if (history.Any(record => record.Name == name))
        {
            throw Failures.AlreadyApplied(name);
        }

        if (history.FirstOrDefault(record => string.CompareOrdinal(record.Name, name) > 0) is { } later)
        {
            throw Failures.BaselineBefore(name, later.Name);
        }

        var now = await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
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
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var history = await MigrationStore.ExistsAsync(connection, cancellationToken).ConfigureAwait(false)
            ? await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false)
            : [];
        // While a migration is under way its own columns are in the tables, and any plan made over them would be wrong.
        RefuseActive(history);
        return (await PlanAsync(connection, migration, history, cancellationToken).ConfigureAwait(false)).Plan;
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
                var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
                var history = await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);
                var record = Interrupted(migration, history);
                record ??= await InsertAsync(connection, migration, history, cancellationToken).ConfigureAwait(false);
                return await StartAsync(run, record, progress, cancellationToken).ConfigureAwait(false);
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
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => RunLockedAsync(
        async run =>
        {
            var record = await ActiveAsync(run, "complete", cancellationToken).ConfigureAwait(false);
            return await (record.State is MigrationState.Started or MigrationState.Completing
                ? CompleteAsync(run, record, progress, cancellationToken)
                : throw Failures.WrongState(record.Name, record.State, "complete")).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Undoes a start, whole or half done. Rows keep what clients of the old version see; columns of the new version are gone.</summary>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Stops at once; what is undone stays undone: roll back again, or resume.</param>
    /// <exception cref="MigrationException">A stage failed; the message says what is now true.</exception>
    /// <remarks>Takes AccessExclusive on all changed tables at once, for a few milliseconds. Safe to call again after a failure.</remarks>
    public Task<MigrationReport> RollbackAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => RunLockedAsync(
        async run =>
        {
            var record = await ActiveAsync(run, "roll back", cancellationToken).ConfigureAwait(false);
            return await (RollbackAsync(run, record, progress, cancellationToken)).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Goes on with whatever verb was interrupted, exactly where it stopped.</summary>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Stops at once; what is done stands and is recorded.</param>
    /// <exception cref="MigrationException">There is nothing to go on with, or a stage failed.</exception>
    public Task<MigrationReport> ResumeAsync(
        IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default) => RunLockedAsync(
        async run =>
        {
            var record = await ActiveAsync(run, "resume", cancellationToken).ConfigureAwait(false);
            return await (record.State switch
            {
                MigrationState.Starting => StartAsync(run, record, progress, cancellationToken),
                MigrationState.Completing => CompleteAsync(run, record, progress, cancellationToken),
                MigrationState.RollingBack => RollbackAsync(run, record, progress, cancellationToken),
                _ => throw Failures.WrongState(record.Name, record.State, "resume"),
            }).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Where the schema stands.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<SchemaStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        var history = await ReadHistoryAsync(cancellationToken).ConfigureAwait(false);
        var latest = history.LastOrDefault();
        return new SchemaStatus(
            options.Schema,
            latest?.Name,
            latest?.State ?? MigrationState.None,
            history.LastOrDefault(r => r.State is MigrationState.Started or MigrationState.Complete && r.VersionSchema is not null)?.VersionSchema,
            latest is { State: not MigrationState.Complete } ? latest.PreviousVersion : null);
    }

    /// <summary>All migrations of the schema, oldest first.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ImmutableArray<AppliedMigration>> HistoryAsync(CancellationToken cancellationToken = default) =>
    [
        .. (await ReadHistoryAsync(cancellationToken).ConfigureAwait(false)).Select(r => new AppliedMigration(
            r.Name, r.State, r.IsBaseline, r.VersionSchema, r.Checksum, r.StartedAt, r.CompletedAt)
        {
            Content = r.Content,
        }),
    ];

    private async Task<MigrationReport> StartAsync(
        RunLock run, MigrationRecord record, IProgress<MigrationEvent>? progress, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var runner = NewRunner(run, record, Verb.Start, progress);
        try
        {
            await RunAsync(runner, record, Verb.Start, record.Plan!.Start, cancellationToken).ConfigureAwait(false);
        }
        catch (MigrationException failure) when (Failures.IsUndoneAtOnce(failure))
        {
            await UndoAsync(run, record, failure, progress, cancellationToken).ConfigureAwait(false);
        }

        await SetStateAsync(run, record, MigrationState.Started, cancellationToken).ConfigureAwait(false);
        return Report(record, MigrationState.Started, record.VersionSchema, since, runner);
    }

    private async Task<MigrationReport> CompleteAsync(
        RunLock run, MigrationRecord record, IProgress<MigrationEvent>? progress, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        await SetStateAsync(run, record, MigrationState.Completing, cancellationToken).ConfigureAwait(false);
        var runner = NewRunner(run, record, Verb.Complete, progress);
        await RunAsync(runner, record, Verb.Complete, record.Plan!.Complete, cancellationToken).ConfigureAwait(false);
        await ForgetBackfillsAsync(record, cancellationToken).ConfigureAwait(false);
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var now = await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        await MigrationStore.CompleteAsync(connection, record.Id, now, cancellationToken).ConfigureAwait(false);
        return Report(record, MigrationState.Complete, record.VersionSchema, since, runner) with
        {
            Drift = DriftOf(record, record.Plan.After, now),
        };
    }

    private async Task<MigrationReport> RollbackAsync(
        RunLock run, MigrationRecord record, IProgress<MigrationEvent>? progress, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var done = await BeginRollbackAsync(run, record, cancellationToken).ConfigureAwait(false);
        var runner = NewRunner(run, record, Verb.Rollback, progress);
        await RunAsync(runner, record, Verb.Rollback, UndoOfStart.Of(record.Plan!, done), cancellationToken).ConfigureAwait(false);
        await ForgetBackfillsAsync(record, cancellationToken).ConfigureAwait(false);
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var now = await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        await MigrationStore.DeleteAsync(connection, record.Id, cancellationToken).ConfigureAwait(false);
        return Report(record, MigrationState.None, record.PreviousVersion, since, runner) with
        {
            Drift = DriftOf(record, record.Plan!.After is null ? null : record.Before, now),
        };
    }

    /// <summary>Decides that the migration is rolled back, and gives the stages of its start that are done.</summary>
    /// <remarks>
    /// A completion that failed before its first change, because rows violate a constraint, may still be rolled back. The row's lock is had
    /// only when no transaction of a killed run can do a stage any more: what the journal says then is final.
    /// </remarks>
    private static async Task<ImmutableHashSet<int>> BeginRollbackAsync(
        RunLock run, MigrationRecord record, CancellationToken cancellationToken)
    {
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await MigrationStore.LockInTransactionAsync(connection, record.Id, cancellationToken).ConfigureAwait(false);
        var completed = await MigrationStore.DoneAsync(connection, record.Id, Verb.Complete, cancellationToken).ConfigureAwait(false);
        if (completed.Any(number => record.Plan!.Complete[number - 1] is not StatementStage))
        {
            throw Failures.WrongState(record.Name, MigrationState.Completing, "roll back");
        }

        var started = await MigrationStore.DoneAsync(connection, record.Id, Verb.Start, cancellationToken).ConfigureAwait(false);
        await MigrationStore.SetStateAsync(connection, record.Id, MigrationState.RollingBack, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return started;
    }

    private async Task UndoAsync(
        RunLock run,
        MigrationRecord record,
        MigrationException failure,
        IProgress<MigrationEvent>? progress,
        CancellationToken cancellationToken)
    {
        _logger.Undoing(record.Name, failure.Code);
        progress?.Report(new MigrationEvent.Undoing(failure.Problem));
        try
        {
            await RollbackAsync(run, record, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception undoing) when (undoing is MigrationException or NpgsqlException || TransientErrors.IsConnectionLoss(undoing))
        {
            throw Failures.NotUndone(failure, undoing);
        }

        throw Failures.Undone(failure);
    }

    private async Task RunAsync(
        StageRunner runner, MigrationRecord record, Verb verb, ImmutableArray<Stage> stages, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        _logger.VerbBegins(record.Name, verb, stages.Length);
        await runner.RunAsync(stages, cancellationToken).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(since).TotalMilliseconds;
        _logger.VerbDone(record.Name, verb, elapsed);
    }

    private async Task ForgetBackfillsAsync(MigrationRecord record, CancellationToken cancellationToken)
    {
        var backfiller = new Backfiller(dataSource, options.Backfill, time, logs);
        foreach (var stage in record.Plan!.Start.OfType<BackfillStage>())
        {
            await backfiller.DeleteAsync(stage.Job.Name, cancellationToken).ConfigureAwait(false);
        }
    }

    private StageRunner NewRunner(RunLock run, MigrationRecord record, Verb verb, IProgress<MigrationEvent>? progress) => new(new RunContext
    {
        DataSource = dataSource,
        Lock = run,
        Options = options,
        Time = time,
        Logs = logs,
        Logger = _logger,
        Random = new Random(),
        Progress = progress,
        MigrationId = record.Id,
        Verb = verb,
    });

    private MigrationReport Report(
        MigrationRecord record, MigrationState state, Model.Naming.Identifier? version, long since, StageRunner runner) =>
        new(record.Name, state, version, time.GetElapsedTime(since)) { Backfills = runner.Backfills };

    private ImmutableArray<string> DriftOf(MigrationRecord record, SchemaSnapshot? predicted, SchemaSnapshot now)
    {
        var drift = predicted is null ? [] : Drift.Between(predicted, now);
        foreach (var difference in drift)
        {
            _logger.Drifted(record.Name, difference);
        }

        return drift;
    }

    private MigrationRecord? Interrupted(Migration migration, ImmutableArray<MigrationRecord> history)
    {
        var record = history.FirstOrDefault(r => r.Name == migration.Name);
        if (record?.Checksum is { } checksum && checksum != migration.Checksum)
        {
            throw Failures.EditedFile(record.Name, record.State);
        }

        if (record is { State: MigrationState.Complete })
        {
            throw Failures.AlreadyApplied(record.Name);
        }

        if (record is { State: MigrationState.Starting })
        {
            return record;
        }

        RefuseActive(history);
        return null;
    }

    private void RefuseActive(ImmutableArray<MigrationRecord> history)
    {
        if (history.FirstOrDefault(r => r.State != MigrationState.Complete) is { } active)
        {
            throw Failures.ActiveMigration(options.Schema, active.Name, active.State);
        }
    }

    private async Task<MigrationRecord> InsertAsync(
        NpgsqlConnection connection,
        Migration migration,
        ImmutableArray<MigrationRecord> history,
        CancellationToken cancellationToken)
    {
        var (plan, before, facts) = await PlanAsync(connection, migration, history, cancellationToken).ConfigureAwait(false);
        await RightsReader.RefuseMissingAsync(connection, plan, facts, cancellationToken).ConfigureAwait(false);
        await _store.InsertAsync(connection, migration, plan, before, facts, cancellationToken).ConfigureAwait(false);
        return await ActiveAsync(connection, "start", cancellationToken).ConfigureAwait(false);
    }

    private async Task<(MigrationPlan Plan, SchemaSnapshot Before, MigrationFacts Facts)> PlanAsync(
        NpgsqlConnection connection,
        Migration migration,
        ImmutableArray<MigrationRecord> history,
        CancellationToken cancellationToken)
    {
        var before = await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        var facts = await new FactsReader(connection, options).ReadAsync(migration, history, cancellationToken).ConfigureAwait(false);
        if (options.UseVersionSchemas
            && await CatalogReader.ReadAsync(connection, facts.VersionSchema, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw Failures.VersionSchemaExists(facts.VersionSchema);
        }

        return (await PlanReader.PlanAsync(connection, migration, before, facts, cancellationToken).ConfigureAwait(false), before, facts);
    }

    private async Task<MigrationRecord> ActiveAsync(RunLock run, string verb, CancellationToken cancellationToken) => await ActiveAsync(
        await run.ConnectionAsync(cancellationToken).ConfigureAwait(false), verb, cancellationToken).ConfigureAwait(false);

    private async Task<MigrationRecord> ActiveAsync(NpgsqlConnection connection, string verb, CancellationToken cancellationToken)
    {
        var history = await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);
        return history.FirstOrDefault(r => r.State != MigrationState.Complete) ?? throw Failures.NoActiveMigration(options.Schema, verb);
    }

    private async Task<SchemaSnapshot> ReadSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await CatalogReader.ReadAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false)
        ?? throw Refusals.NoSuchSchema(options.Schema);

    private async Task<ImmutableArray<MigrationRecord>> ReadHistoryAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (!await MigrationStore.ExistsAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            throw Failures.NotInitialized();
        }

        await RightsReader.RefuseMissingOnHistoryAsync(connection, cancellationToken).ConfigureAwait(false);
        var history = await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);

        // A name that was mistyped would otherwise look like a schema without migrations.
        return history.IsEmpty && !await CatalogReader.ExistsAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false)
            ? throw Refusals.NoSuchSchema(options.Schema)
            : history;
    }

    private async Task<MigrationReport> RunLockedAsync(
        Func<RunLock, Task<MigrationReport>> verb, CancellationToken cancellationToken)
    {
        var run = await OpenLockedAsync(cancellationToken).ConfigureAwait(false);
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

    private async Task<RunLock> OpenLockedAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await RequireStateAsync(connection, cancellationToken).ConfigureAwait(false);
        return await RunLock.TakeAsync(dataSource, options.Schema, options.RunPatience, time, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SetStateAsync(
        RunLock run, MigrationRecord record, MigrationState state, CancellationToken cancellationToken) => await MigrationStore.SetStateAsync(
        await run.ConnectionAsync(cancellationToken).ConfigureAwait(false), record.Id, state, cancellationToken).ConfigureAwait(false);

    private static async Task RequireStateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await MigrationStore.ExistsAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            throw Failures.NotInitialized();
        }

        await RightsReader.RefuseMissingOnStateAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Problems() is { IsEmpty: false } problems)
        {
            throw Failures.BadOptions(problems);
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (connection.PostgreSqlVersion.Major >= OldestServer)
        {
            await PgrollSilence.KeepAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }

        var major = connection.PostgreSqlVersion.Major;
        await connection.DisposeAsync().ConfigureAwait(false);
        throw Failures.UnsupportedServer(major);
    }
}
