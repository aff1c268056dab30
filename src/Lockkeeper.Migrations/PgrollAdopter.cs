using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Migrations.Adopting;
using Lockkeeper.Migrations.Execution;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Reading;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.Migrations;

/// <summary>Takes a database over from pgroll: its history becomes ours, and its version schemas go on serving.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="options">Which schema, and how long to wait for locks.</param>
/// <param name="time">The clock.</param>
public sealed class PgrollAdopter(NpgsqlDataSource dataSource, MigratorOptions options, TimeProvider time)
{
    /// <summary>Takes over the history, creating our state tables where they are missing. All in one transaction.</summary>
    /// <param name="stateSchema">The schema in which pgroll keeps its state.</param>
    /// <param name="dropPgroll">Whether to drop pgroll's event triggers and its schema in the same transaction.</param>
    /// <param name="progress">Told for whom it waits.</param>
    /// <param name="cancellationToken">Undoes it.</param>
    /// <exception cref="MigrationException">
    /// There is no pgroll, it has a migration under way, there are two histories, or somebody kept a lock of pgroll's table. Nothing was changed.
    /// </exception>
    /// <remarks>
    /// Takes ShareRowExclusive on pgroll's table of migrations, or AccessExclusive to drop it, for a few milliseconds; an attempt that waits
    /// longer than the lock timeout is undone and made again, until the patience ends.
    /// </remarks>
    public async Task<AdoptionReport> AdoptAsync(
        Identifier stateSchema, bool dropPgroll, IProgress<MigrationEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        var run = await RunLock.TakeAsync(dataSource, options.Schema, options.RunPatience, time, cancellationToken).ConfigureAwait(false);
        await using var _ = run.ConfigureAwait(false);
        var retry = new LockRetry(ContextOf(run, progress), "take over from pgroll", mostAttempts: null, MigrationOutcome.NothingChanged);
        while (true)
        {
            try
            {
                return await AttemptAsync(stateSchema, dropPgroll, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
            {
                var holders = await HoldersAsync(stateSchema, dropPgroll, cancellationToken).ConfigureAwait(false);
                await retry.PauseAsync(options.LockTimeout, holders, e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<AdoptionReport> AttemptAsync(Identifier stateSchema, bool dropPgroll, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = connection.ConfigureAwait(false);
        var now = await CatalogReader.ReadAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = transaction.ConfigureAwait(false);
        var pgroll = new PgrollState(connection, stateSchema);
        var rows = await ReadAsync(connection, pgroll, stateSchema, dropPgroll, cancellationToken).ConfigureAwait(false);
        await CreateStateAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        var known = await new MigrationStore(options.Schema).ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);
        var missing = MissingIn(known, rows);
        var history = new AdoptedHistory(connection, options.Schema);
        var unsure = ImmutableArray.CreateBuilder<string>();
        foreach (var row in missing)
        {
            unsure.AddRange(await history.AddAsync(row, row == rows[^1] ? now : null, cancellationToken).ConfigureAwait(false));
        }

        var triggers = await pgroll.EventTriggersAsync(cancellationToken).ConfigureAwait(false);
        if (dropPgroll)
        {
            await DropAsync(pgroll, triggers, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new AdoptionReport([.. missing.Select(Adopted)], triggers, dropPgroll)
        {
            Removal = dropPgroll ? [] : pgroll.Removal(triggers),
            Unsure = unsure.ToImmutable(),
        };
    }

    private async Task<ImmutableArray<LockHolder>> HoldersAsync(Identifier stateSchema, bool willDrop, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await LockHolders.ReadAsync(connection, PgrollState.Locks(stateSchema, willDrop), TimeSpan.Zero, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private RunContext ContextOf(RunLock run, IProgress<MigrationEvent>? progress) => new()
    {
        DataSource = dataSource,
        Lock = run,
        Options = options,
        Time = time,
        Logs = NullLoggerFactory.Instance,
        Logger = NullLogger.Instance,
        Random = new Random(),
        Progress = progress,
        MigrationId = 0,
        Verb = Verb.Start,
    };

    private async Task<ImmutableArray<PgrollRow>> ReadAsync(
        NpgsqlConnection connection, PgrollState pgroll, Identifier stateSchema, bool dropPgroll, CancellationToken cancellationToken)
    {
        var timeout = (long)options.LockTimeout.TotalMilliseconds;
        await connection.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {timeout}"), [], cancellationToken).ConfigureAwait(false);
        await pgroll.SilenceAsync(cancellationToken).ConfigureAwait(false);
        if (!await pgroll.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            throw AdoptionFailures.NoPgroll(stateSchema);
        }

        if (await pgroll.MissingColumnsAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } columns)
        {
            throw AdoptionFailures.NotPgrolls(stateSchema, columns);
        }

        await pgroll.LockAsync(dropPgroll, cancellationToken).ConfigureAwait(false);
        var rows = await pgroll.ReadAsync(options.Schema, cancellationToken).ConfigureAwait(false);
        if (rows.FirstOrDefault(row => !row.IsDone) is { } active)
        {
            throw AdoptionFailures.Active(options.Schema, active.Name);
        }

        return rows.IsEmpty ? throw AdoptionFailures.NothingToAdopt(options.Schema, stateSchema) : rows;
    }

    private ImmutableArray<PgrollRow> MissingIn(ImmutableArray<MigrationRecord> known, ImmutableArray<PgrollRow> rows)
    {
        var missing = rows.Where(row => known.All(record => record.Name != row.Name)).ToImmutableArray();
        if (known.IsEmpty)
        {
            return missing;
        }

        // What pgroll's event triggers have written down since then, of our own migrations too, is no history that we lack.
        var own = known.Any(record => record.Name == rows[0].Name) ? missing.RemoveAll(row => row.Kind == "inferred") : missing;
        return own.IsEmpty ? own : throw AdoptionFailures.AnotherHistory(options.Schema, own[0].Name);
    }

    private static async Task CreateStateAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
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
    }

    private async Task DropAsync(PgrollState pgroll, ImmutableArray<Identifier> triggers, CancellationToken cancellationToken)
    {
        var others = await pgroll.OtherSchemasAsync(options.Schema, cancellationToken).ConfigureAwait(false);
        if (!others.IsEmpty)
        {
            throw AdoptionFailures.StillServing(others);
        }

        await pgroll.DropAsync(triggers, cancellationToken).ConfigureAwait(false);
    }

    private static AdoptedMigration Adopted(PgrollRow row) =>
        new(row.Name, row.Kind, row.VersionSchema is { } version ? new Identifier(version) : null);
}
