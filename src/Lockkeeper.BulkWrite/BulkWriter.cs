using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Execution;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.BulkWrite;

/// <summary>
/// Writes units of work: each in one transaction, every row locked once, tables and keys in one order, in the strength that it will need.
/// Units that are written through this library, by any number of writers, do not deadlock with each other. Safe for several threads.
/// </summary>
public sealed class BulkWriter : IDisposable
{
    private readonly NpgsqlDataSource? _dataSource;
    private readonly ImmutableArray<TableMap> _maps;
    private readonly ImmutableArray<Counter> _counters;
    private readonly BulkWriteOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly ConcurrentDictionary<(TableName Table, string Warning), bool> _warned = [];
    private Catalog? _catalog;

    /// <summary>Declares the tables that this writer will write. Nothing is read until the first unit.</summary>
    /// <param name="dataSource">Where transactions of its own are opened; null for a writer that only takes part in yours.</param>
    /// <param name="tables">What is written.</param>
    /// <param name="options">How to work; null for the defaults.</param>
    /// <param name="time">The clock for pauses and durations; null for the system's.</param>
    /// <param name="logs">Where to log, under numbers 3000 to 3099; null for nowhere.</param>
    /// <exception cref="BulkWriteException">LK3001 or LK3002: options or declarations do not fit.</exception>
    public BulkWriter(
        NpgsqlDataSource? dataSource, BulkWriteTables tables, BulkWriteOptions? options = null, TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _dataSource = dataSource;
        _options = options ?? new BulkWriteOptions();
        _maps = tables.Maps;
        _counters = tables.Counters;
        _time = time ?? TimeProvider.System;
        _logger = (logs ?? NullLoggerFactory.Instance).CreateLogger<BulkWriter>();
        if (_options.Problems() is { IsEmpty: false } problems)
        {
            throw BulkWriteException.BadOptions(problems);
        }

        DeclarationCheck.Keys(_maps);
    }

    /// <summary>Writes a unit in a transaction of its own, under READ COMMITTED.</summary>
    /// <param name="unit">What to write.</param>
    /// <param name="cancellationToken">Stops it, on the server too; nothing of it is then in the database, unless the commit was already under way.</param>
    /// <returns>What became of each input.</returns>
    /// <remarks>
    /// Takes RowExclusive on the tables, RowShare on those that they reference, row locks and advisory locks as <see cref="PlanAsync(UnitOfWork, CancellationToken)"/> shows; all end
    /// with the transaction. When others made the server undo it (40P01, 40001) it is run again as a whole, as often as the options allow.
    /// </remarks>
    /// <exception cref="BulkWriteException">Nothing was written; or, with <see cref="BulkWriteException.OutcomeKnown"/> false, that is not known, or all of it was (LK3021).</exception>
    public async Task<BulkWriteReport> WriteAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var source = _dataSource ?? throw new InvalidOperationException("This writer was made without a data source; hand it a transaction.");
        return await MeasuredAsync(unit, () => WriteAsync(unit, source, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Writes a unit in a transaction of its own on your connection, under READ COMMITTED. Otherwise like the form without a connection.</summary>
    /// <param name="unit">What to write.</param>
    /// <param name="connection">An open connection in no transaction; it stays open.</param>
    /// <param name="cancellationToken">Stops it, on the server too; nothing of it is then in the database, unless the commit was already under way.</param>
    /// <returns>What became of each input.</returns>
    /// <exception cref="BulkWriteException">Nothing was written; or, with <see cref="BulkWriteException.OutcomeKnown"/> false, that is not known, or all of it was (LK3021).</exception>
    public async Task<BulkWriteReport> WriteAsync(UnitOfWork unit, NpgsqlConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(connection);
        return await MeasuredAsync(unit, () => OwnAsync(unit, connection, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Writes a unit in your transaction. Neither commits nor rolls back nor tries again.</summary>
    /// <param name="unit">What to write.</param>
    /// <param name="transaction">An open transaction. Whatever it locked before is outside the order: write one unit for each transaction, first.</param>
    /// <param name="cancellationToken">Stops it, on the server too; the transaction is then aborted.</param>
    /// <returns>What became of each input, if you commit.</returns>
    /// <exception cref="BulkWriteException">It failed; unless it says that nothing was sent, the transaction can only be rolled back.</exception>
    public async Task<BulkWriteReport> WriteAsync(UnitOfWork unit, NpgsqlTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(transaction);
        return await MeasuredAsync(unit, () => EnlistAsync(unit, transaction, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Shows what a unit would do: the order, the protection of each table and why, every statement. Writes nothing and locks nothing.</summary>
    /// <param name="unit">What would be written. Its inputs are read, and may be written afterwards; keys are drawn from sequences.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BulkWriteException">The unit could not be written.</exception>
    public async Task<UnitPlan> PlanAsync(UnitOfWork unit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var source = _dataSource ?? throw new InvalidOperationException("This writer was made without a data source.");
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await PlanAsync(unit, connection, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Shows what a unit would do, on your connection. Otherwise like the form without one.</summary>
    /// <param name="unit">What would be written. Its inputs are read, and may be written afterwards; keys are drawn from sequences.</param>
    /// <param name="connection">An open connection; it stays open, and may be in a transaction.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BulkWriteException">The unit could not be written.</exception>
    public async Task<UnitPlan> PlanAsync(UnitOfWork unit, NpgsqlConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            return (await PrepareAsync(unit, connection, cancellationToken).ConfigureAwait(false)).Plan;
        }
        catch (BulkWriteException failure)
        {
            NameKey(failure, unit);
            throw;
        }
    }

    /// <summary>The order in which this writer locks its tables. Compare its fingerprint between services when they start.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BulkWriteException">The declarations do not fit the database.</exception>
    public async Task<LockOrder> ReadOrderAsync(CancellationToken cancellationToken = default)
    {
        var source = _dataSource ?? throw new InvalidOperationException("This writer was made without a data source.");
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return (await CatalogAsync(connection, cancellationToken).ConfigureAwait(false)).Order;
        }
    }

    /// <summary>Forgets what was read of the catalog, so that the next unit sees what a migration changed.</summary>
    public void Forget() => _catalog = null;

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private async Task<BulkWriteReport> WriteAsync(UnitOfWork unit, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await OwnAsync(unit, connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<BulkWriteReport> OwnAsync(UnitOfWork unit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(unit, connection, cancellationToken).ConfigureAwait(false);
        var (changes, retries) = await new OwnTransaction(_options, _time, _logger)
            .RunAsync(prepared, connection, cancellationToken).ConfigureAwait(false);
        return new BulkWriteReport(changes) { Retries = retries };
    }

    private async Task<BulkWriteReport> EnlistAsync(UnitOfWork unit, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        var prepared = await PrepareAsync(unit, connection, cancellationToken).ConfigureAwait(false);
        var run = prepared.NewRun(connection, transaction);
        try
        {
            return new BulkWriteReport(await run.RunAsync(commits: false, _options.Recorder?.Begin(), cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure) when (Failures.IsOfServer(failure))
        {
            var row = failure is PostgresException refused ? new ViolatingRow(prepared, refused, run.Current).FindInInput() : null;
            throw Failures.Of(failure, run.Current, owned: false, retries: 0, row);
        }
    }

    private async Task<BulkWriteReport> MeasuredAsync(UnitOfWork unit, Func<Task<BulkWriteReport>> write)
    {
        using var activity = Telemetry.StartUnit(unit.Changes.Count);
        var began = _time.GetTimestamp();
        try
        {
            var report = await write().ConfigureAwait(false) with { Elapsed = _time.GetElapsedTime(began) };
            Telemetry.UnitDone(activity, report);
            _logger.Written(report.Changes.Length, report.Inserted, report.Updated, report.Deleted, report.Elapsed.TotalMilliseconds);
            return report;
        }
        catch (BulkWriteException failure)
        {
            NameKey(failure, unit);
            Telemetry.Failed(activity, failure.Code);
            throw;
        }
        finally
        {
            foreach (var change in unit.Changes)
            {
                await change.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static void NameKey(BulkWriteException failure, UnitOfWork unit)
    {
        if (failure is { Row: { } row, Change: { } change } && change < unit.Changes.Count)
        {
            failure.Key = unit.Changes[change].TextOfKey(row);
        }
    }

    private async Task<PreparedUnit> PrepareAsync(UnitOfWork unit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var unknown = unit.Changes.Select(change => change.Map).Concat(unit.Tallies.Select(tally => tally.Counter.Map))
            .FirstOrDefault(map => !_maps.Contains(map));
        if (unknown is not null)
        {
            throw BulkWriteException.Undeclared(unknown.Table);
        }

        var catalog = await CatalogAsync(connection, cancellationToken).ConfigureAwait(false);
        var prepared = await PreparedUnit.OfAsync(unit, catalog, _options, connection, cancellationToken).ConfigureAwait(false);
        foreach (var table in prepared.Plan.Tables.Where(table => !table.Warnings.IsEmpty))
        {
            // Once each: a warning with every unit is read by nobody.
            foreach (var warning in table.Warnings.Where(warning => _warned.TryAdd((table.Table, warning), true)))
            {
                _logger.NotPromised(table.Table, warning);
            }
        }

        return prepared;
    }

    private async Task<Catalog> CatalogAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_catalog is { } known)
        {
            return known;
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _catalog ??= await ReadCatalogAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Catalog> ReadCatalogAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var catalog = await CatalogReader.ReadAsync(connection, _maps, _counters, cancellationToken).ConfigureAwait(false);
        _logger.OrderRead(catalog.Order.Fingerprint, catalog.Order.Tables.Length);
        return catalog;
    }
}
