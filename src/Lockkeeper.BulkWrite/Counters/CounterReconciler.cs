using Lockkeeper.BulkWrite.Advisory;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>Compares a counter with the rows that it counts, and corrects it, while clients go on writing.</summary>
/// <remarks>
/// Truth and counter are read in one snapshot. What a unit inserts and what it counts are committed together, so their difference there is the
/// mistake, and stays the mistake however both move on: it is added, not written over. Nothing is locked while it is looked for.
/// </remarks>
public sealed class CounterReconciler<TKey> where TKey : notnull
{
    private const int Chunk = 1_000;

    private readonly NpgsqlDataSource _dataSource;
    private readonly BulkWriter _writer;
    private readonly Counter<TKey> _counter;
    private readonly CounterTruth _truth;
    private readonly ILogger _logger;

    /// <summary>Prepares it; reads nothing yet.</summary>
    /// <param name="dataSource">Where the counter is.</param>
    /// <param name="writer">A writer that knows the counter; corrections go through it, in its order.</param>
    /// <param name="counter">The counter.</param>
    /// <param name="truth">What it counts.</param>
    /// <param name="logs">Where to log; null for nowhere.</param>
    public CounterReconciler(
        NpgsqlDataSource dataSource, BulkWriter writer, Counter<TKey> counter, CounterTruth truth, ILoggerFactory? logs = null)
    {
        _dataSource = dataSource;
        _writer = writer;
        _counter = counter;
        _truth = truth;
        _logger = (logs ?? NullLoggerFactory.Instance).CreateLogger<CounterReconciler<TKey>>();
    }

    /// <summary>Goes over all rows that count, a thousand at a time.</summary>
    /// <param name="cancellationToken">Stops it; what was corrected stays corrected.</param>
    /// <returns>How many rows were wrong; null when another one is at it, for two would correct the same mistake twice.</returns>
    public async Task<long?> RunAsync(CancellationToken cancellationToken = default)
    {
        var alone = await AdvisoryLock.TryAcquireAsync(
            _dataSource, $"reconcile {_counter.Table} {_counter.Column}", cancellationToken).ConfigureAwait(false);
        if (alone is null)
        {
            return null;
        }

        await using (alone.ConfigureAwait(false))
        {
            var (wrong, drift) = await PassAsync(cancellationToken).ConfigureAwait(false);
            if (wrong > 0)
            {
                _logger.Corrected(_counter.Column, _counter.Table, wrong, drift);
            }

            return wrong;
        }
    }

    private async Task<(long Wrong, long Drift)> PassAsync(CancellationToken cancellationToken)
    {
        var (wrong, drift) = (0L, 0L);
        var last = default(TKey);
        for (var isFirst = true; ; isFirst = false)
        {
            var rows = await ReadAsync(isFirst, last!, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                return (wrong, drift);
            }

            last = rows[^1].Key;
            var mistakes = rows.Where(row => row.Drift != 0).ToList();
            if (mistakes.Count > 0)
            {
                var unit = new UnitOfWork();
                mistakes.ForEach(row => unit.Count(_counter, row.Key, row.Drift));
                await _writer.WriteAsync(unit, cancellationToken).ConfigureAwait(false);
                wrong += mistakes.Count;
                drift += mistakes.Sum(row => row.Drift);
            }
        }
    }

    private async Task<IReadOnlyList<(TKey Key, long Drift)>> ReadAsync(bool isFirst, TKey last, CancellationToken cancellationToken)
    {
        var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.QueryAsync(
                _truth.Sql(_counter, isFirst, Chunk),
                isFirst ? [] : [new NpgsqlParameter<TKey> { TypedValue = last }],
                row => (row.GetFieldValue<TKey>(0), row.GetInt64(1)),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
