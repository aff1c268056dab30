using System.Runtime.CompilerServices;
using Lockkeeper.Locks.Diagnosing;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Reading;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Locks;

/// <summary>Says who waits for whom on a live server, what for, why, and what to do about it.</summary>
/// <param name="dataSource">The server. A role with <c>pg_monitor</c> sees everything; with less, what is missing is said.</param>
/// <param name="options">How to look.</param>
/// <param name="time">The clock between snapshots; ages are counted by the server's.</param>
/// <param name="logs">Where to log, under numbers 4000 to 4099.</param>
/// <remarks>
/// Looking changes nothing. It takes ACCESS SHARE on tables of the catalog and, to find a row's key, for an instant on the row's table unless
/// somebody wants ACCESS EXCLUSIVE on it; it never waits for a lock for more than 200 ms, and nobody is made to wait by it for longer than a statement lasts.
/// </remarks>
public sealed class LockDoctor(NpgsqlDataSource dataSource, LockDoctorOptions options, TimeProvider time, ILoggerFactory logs)
{
    private const int OldestServer = 140_000;

    // The session's own: whoever locks the catalog must not make the observer one more of those who wait. The server guesses how many rows its
    // views of locks and sessions have, and on a large catalog compiles, for longer than it reads, what is run once.
    private const string SessionSql = "SET lock_timeout = '200ms'; SET statement_timeout = '10s'; SET jit = off";

    private readonly ILogger _logger = logs.CreateLogger<LockDoctor>();

    /// <summary>Who waits for whom at this moment. One statement, and one or two more for each row that is waited for.</summary>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    /// <exception cref="LocksException">The server is too old, its catalog is locked, or the options do not fit.</exception>
    public async Task<LockSnapshot> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        return await TakeAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Snapshots, one after the other, until it is cancelled. Connects again when the server has gone away meanwhile.</summary>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    /// <exception cref="LocksException">The server is too old, or the options do not fit.</exception>
    /// <exception cref="NpgsqlException">The server could not be reached at the beginning, or twice one after the other later.</exception>
    public async IAsyncEnumerable<LockSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                LockSnapshot snapshot;
                try
                {
                    snapshot = await TakeAsync(connection, cancellationToken).ConfigureAwait(false);
                }
                catch (NpgsqlException lost) when (TransientErrors.IsConnectionLoss(lost))
                {
                    _logger.ConnectionLost(lost.Message);
                    await connection.DisposeAsync().ConfigureAwait(false);
                    await Task.Delay(options.Interval, time, cancellationToken).ConfigureAwait(false);
                    connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                yield return snapshot;
                await Task.Delay(options.Interval, time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Checks what goes wrong most often: locks, forgotten transactions, missing indexes, what fills up. Each check is one query of at most five seconds.</summary>
    /// <param name="diagnose">What to check, and from where on it is yellow or red; null for everything and the defaults.</param>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    /// <exception cref="LocksException">The server is too old, or the options do not fit.</exception>
    /// <remarks>Where the server goes away in the middle, the rest is skipped and <see cref="Diagnosis.CutShort"/> says why.</remarks>
    public async Task<Diagnosis> DiagnoseAsync(DiagnoseOptions? diagnose = null, CancellationToken cancellationToken = default)
    {
        diagnose ??= new DiagnoseOptions();
        if (diagnose.Problems() is { IsEmpty: false } problems)
        {
            throw LocksException.BadOptions(problems);
        }

        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var checks = CheckList.All.Where(check => diagnose.Only.IsEmpty || diagnose.Only.Contains(check.Name));
        return await new CheckRunner(connection, diagnose).RunAsync(checks, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LockSnapshot> TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var observation = await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var incidents = IncidentFinder.Find(observation);
        var finder = new RowFinder(connection, observation);
        if (options.FindRows)
        {
            await finder.FindAsync(incidents.SelectMany(incident => incident.Queues).SelectMany(queue => queue.All()), cancellationToken).ConfigureAwait(false);
        }

        var snapshot = SnapshotExplainer.Of(observation, incidents, finder.Found, finder.WhyCutShort);
        Telemetry.Observed(snapshot, connection.Host, connection.Port);
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            _logger.SnapshotTaken(
                snapshot.Waiting, incidents.Length, snapshot.LongestWait.TotalMilliseconds, time.GetElapsedTime(since).TotalMilliseconds);
        }

        return snapshot;
    }

    private static async Task<Observation> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await ObservationReader.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException locked) when (locked.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw LocksException.CatalogLocked(locked);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Problems() is { IsEmpty: false } problems)
        {
            throw LocksException.BadOptions(problems);
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (connection.PostgreSqlVersion.Major * 10_000 < OldestServer)
            {
                throw LocksException.TooOld(connection.PostgreSqlVersion.Major * 10_000);
            }

            await connection.ExecuteAsync(SessionSql, [], cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
