using Lockkeeper.BulkWrite.Rendering;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>Gathers the deltas of a counter into its column. Several may run at once, in several processes: each takes deltas that nobody else has.</summary>
public sealed class CounterRollUp
{
    /// <summary>How many deltas one transaction gathers: enough to be quick, few enough that the rows that count are held for milliseconds only.</summary>
    public const int DefaultBatch = 10_000;

    private readonly NpgsqlDataSource _dataSource;
    private readonly Counter _counter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _sql;

    /// <summary>Prepares the roll-up of one counter; reads nothing yet.</summary>
    /// <param name="dataSource">Where the counter is.</param>
    /// <param name="counter">A counter of kind <see cref="CounterKind.Deltas"/>.</param>
    /// <param name="time">The clock for pauses; null for the system's.</param>
    /// <param name="logs">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">The counter is of another kind.</exception>
    public CounterRollUp(NpgsqlDataSource dataSource, Counter counter, TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        ArgumentNullException.ThrowIfNull(counter);
        if (counter.Kind != CounterKind.Deltas)
        {
            throw new ArgumentException("Only a counter that is kept as deltas is rolled up.", nameof(counter));
        }

        _dataSource = dataSource;
        _counter = counter;
        _sql = RollUpSql.Of(counter);
        _time = time ?? TimeProvider.System;
        _logger = (logs ?? NullLoggerFactory.Instance).CreateLogger<CounterRollUp>();
    }

    /// <summary>Gathers deltas until none is left, then again after each pause, until it is cancelled.</summary>
    /// <param name="pause">How long to leave new deltas lie.</param>
    /// <param name="cancellationToken">Ends it; what was gathered stays gathered, what was not stays a delta.</param>
    public async Task RunAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (await RunOnceAsync(DefaultBatch, cancellationToken).ConfigureAwait(false) == DefaultBatch)
            {
            }

            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gathers one batch in one transaction. The counter's exact value is the same before and after.</summary>
    /// <param name="batch">How many deltas at most.</param>
    /// <param name="cancellationToken">Undoes the batch.</param>
    /// <returns>How many deltas were gathered. Those of rows that no longer exist are dropped and counted too.</returns>
    /// <remarks>
    /// Locks the rows that count, FOR NO KEY UPDATE, and waits for none: deltas of a row that somebody else has locked stay for the next time.
    /// </remarks>
    /// <exception cref="BulkWriteException">The database has no such table or column (LK3002). Nothing was gathered.</exception>
    public async Task<long> RunOnceAsync(int batch = DefaultBatch, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                var done = await connection.QueryAsync(
                    _sql,
                    [new NpgsqlParameter<int> { TypedValue = batch }],
                    row => (Deltas: row.GetInt64(0), Rows: row.GetInt64(1)),
                    cancellationToken).ConfigureAwait(false);
                _logger.RolledUp(_counter.Column, _counter.Table, done[0].Deltas, done[0].Rows);
                return done[0].Deltas;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
            {
                throw BulkWriteException.NotInDatabase(_counter.Table, e.MessageText, e);
            }
        }
    }
}
