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
    private string? _sql;

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
    /// <remarks>Locks the rows that count in key order, FOR NO KEY UPDATE, and nothing else that anybody waits for.</remarks>
    public async Task<long> RunOnceAsync(int batch = DefaultBatch, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            _sql ??= RollUpSql.Of(_counter, await IsTextAsync(connection, cancellationToken).ConfigureAwait(false));
            var done = await connection.QueryAsync(
                _sql,
                [new NpgsqlParameter<int> { TypedValue = batch }],
                row => (Deltas: row.GetInt64(0), Rows: row.GetInt64(1)),
                cancellationToken).ConfigureAwait(false);
            _logger.RolledUp(_counter.Column, _counter.Table, done[0].Deltas, done[0].Rows);
            return done[0].Deltas;
        }
    }

    private async Task<bool> IsTextAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync(
            """
            SELECT t.typname IN ('text', 'varchar', 'bpchar') OR t.typtype = 'e'
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = $1::regclass AND a.attname = $2
            """,
            [
                new NpgsqlParameter<string> { TypedValue = _counter.Table.ToString() },
                new NpgsqlParameter<string> { TypedValue = _counter.Key.Value },
            ],
            row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : throw BulkWriteException.NotInDatabase(_counter.Table, $"it has no column {_counter.Key}");
    }
}
