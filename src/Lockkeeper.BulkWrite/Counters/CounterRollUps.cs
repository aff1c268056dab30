using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Lockkeeper.BulkWrite.Advisory;
using Lockkeeper.BulkWrite.Execution;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>Gathers the deltas of all counters again and again, in one process at a time; the others stand by and take over when it ends.</summary>
/// <remarks>
/// Run by the host where <see cref="BulkWriteRegistration.AddCounterRollUps"/> registers it. The advisory lock is taken for one pass, so nothing is left
/// behind by a process that is killed. Failures are logged, the same one once, and kept for <see cref="Health"/>, and the next pass is tried after the pause.
/// </remarks>
public sealed class CounterRollUps
{
    /// <summary>How long deltas lie before they are gathered. Readers of the exact number add up what lies there.</summary>
    public static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _dataSource;
    private readonly ImmutableArray<(Counter Counter, CounterRollUp RollUp)> _rollUps;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Prepares the gathering of all counters that are kept as deltas; reads nothing yet.</summary>
    /// <param name="dataSource">Where the counters are.</param>
    /// <param name="tables">The tables with their counters.</param>
    /// <param name="pause">How long to leave new deltas lie; null for <see cref="DefaultPause"/>.</param>
    /// <param name="time">The clock for pauses; null for the system's.</param>
    /// <param name="logs">Where to log; null for nowhere.</param>
    public CounterRollUps(
        NpgsqlDataSource dataSource, BulkWriteTables tables, TimeSpan? pause = null, TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _pause = pause ?? DefaultPause;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_pause, TimeSpan.Zero, nameof(pause));
        _dataSource = dataSource;
        _time = time ?? TimeProvider.System;
        _logger = (logs ?? NullLoggerFactory.Instance).CreateLogger<CounterRollUps>();
        _rollUps = [.. tables.Counters.Where(counter => counter.Kind == CounterKind.Deltas)
            .Select(counter => (counter, new CounterRollUp(dataSource, counter, time, logs)))];
    }

    /// <summary>How it goes on. Safe to read from other threads.</summary>
    public RollUpHealth Health { get; private set; } = new();

    /// <summary>Passes over all counters, again after each pause, until it is cancelled.</summary>
    /// <param name="stoppingToken">Ends it; what was gathered stays gathered, what was not stays a delta.</param>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await PassAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (IsPassing(failure))
            {
                // Once for as long as it stays the same, not again after every pause.
                if (Health.Failure?.Message != failure.Message)
                {
                    _logger.RollUpFailed(failure, _pause.TotalSeconds);
                }

                Health = Health with { Failure = failure };
            }

            await Task.Delay(_pause, _time, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>One pass over all counters, unless another process is at it.</summary>
    /// <param name="cancellationToken">Ends it behind the batch that was committed last.</param>
    /// <exception cref="BulkWriteException">A counter does not fit the database. As with a failure of the server, the other counters were gathered.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? failed = null;
        var isStandby = false;
        foreach (var (counter, rollUp) in _rollUps)
        {
            try
            {
                isStandby |= !await GatherAsync(counter, rollUp, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (IsPassing(failure))
            {
                // Nobody else's deltas are to pile up because of one counter.
                failed ??= ExceptionDispatchInfo.Capture(failure);
            }
        }

        failed?.Throw();
        Health = Health with { LastPass = _time.GetUtcNow(), IsStandby = isStandby, Failure = null };
    }

    private static bool IsPassing(Exception failure) => Failures.IsOfServer(failure) || failure is BulkWriteException;

    /// <returns>False when another process is at it.</returns>
    private async Task<bool> GatherAsync(Counter counter, CounterRollUp rollUp, CancellationToken cancellationToken)
    {
        var alone = await AdvisoryLock.TryAcquireAsync(
            _dataSource, $"roll up {counter.Table} {counter.Column}", cancellationToken).ConfigureAwait(false);
        if (alone is null)
        {
            return false;
        }

        await using (alone.ConfigureAwait(false))
        {
            long batch;
            do
            {
                batch = await rollUp.RunOnceAsync(CounterRollUp.DefaultBatch, cancellationToken).ConfigureAwait(false);
                Health = Health with { Deltas = Health.Deltas + batch };
            }
            while (batch == CounterRollUp.DefaultBatch);
        }

        return true;
    }
}
