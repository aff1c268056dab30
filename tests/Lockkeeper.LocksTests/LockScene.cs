using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Graph;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.LocksTests;

/// <summary>A database with a few tables, sessions that get in each other's way, and a doctor who looks at them.</summary>
internal sealed class LockScene : IAsyncDisposable
{
    private const string Tables = """
        CREATE TABLE orders (id bigint PRIMARY KEY, n int NOT NULL);
        INSERT INTO orders SELECT g, 0 FROM generate_series(1, 20) g;
        CREATE TABLE items (id bigint PRIMARY KEY, "order" bigint NOT NULL REFERENCES orders);
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TestDatabase _database;
    private readonly NpgsqlDataSource _dataSource;
    private readonly List<Session> _sessions = [];
    private readonly List<PendingStatement> _pending = [];

    private LockScene(TestDatabase database)
    {
        _database = database;
        _dataSource = NpgsqlDataSource.Create(database.ConnectionString);
    }

    public TestDatabase Database => _database;

    public NpgsqlDataSource DataSource => _dataSource;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LockScene> CreateAsync(PostgresFixture postgres, int version)
    {
        var scene = new LockScene(await postgres.CloneAsync(version, Cancel));
        await scene._database.ExecuteAsync(Tables, Cancel);
        return scene;
    }

    public LockDoctor Doctor(NpgsqlDataSource? dataSource = null) =>
        new(dataSource ?? _dataSource, new LockDoctorOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A session that has run something and keeps its transaction open.</summary>
    public async Task<Session> HoldingAsync(params string[] statements)
    {
        var session = await SessionAsync();
        await session.ExecuteAsync("BEGIN", Cancel);
        foreach (var statement in statements)
        {
            await session.ExecuteAsync(statement, Cancel);
        }

        return session;
    }

    public async Task<Session> SessionAsync()
    {
        var session = await _database.OpenSessionAsync(Cancel);
        _sessions.Add(session);
        return session;
    }

    /// <summary>A session in a transaction whose statement waits for another.</summary>
    public async Task<Session> WaitingAsync(string statement, Session by, params string[] before)
    {
        var session = await HoldingAsync(before);
        await BlockAsync(session, statement, by.Backend);
        return session;
    }

    public async Task BlockAsync(Session session, string statement, int by) =>
        _pending.Add(await session.ExecuteUntilBlockedAsync(statement, by, Cancel));

    /// <summary>A snapshot of what is going on in this database alone: other tests use the same server.</summary>
    public async Task<ImmutableArray<Locks.Explaining.IncidentReport>> LookAsync()
    {
        var snapshot = await Doctor().SnapshotAsync(Cancel);
        return [.. snapshot.Incidents.Where(IsOurs)];
    }

    /// <summary>Compares who waits for whom with what the server says of it, at a moment when nothing moved.</summary>
    public async Task AssertGraphIsTheServersAsync(params IReadOnlyList<Session> waiters)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var before = await BlockersAsync(waiters);
            var observation = (await Doctor().SnapshotAsync(Cancel)).Observation;
            var after = await BlockersAsync(waiters);
            if (before.SequenceEqual(after) && !before.Contains("{}"))
            {
                var graph = LockGraph.Of(observation);
                Assert.Equal(before, waiters.Select(waiter => Text(graph.EdgesOf(new OwnerId(waiter.Backend, 0)))));
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, $"It never came to rest: {string.Join("; ", after)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A connection whose statement waits cannot be closed from here; the server ends all of them, and then every statement has ended.
        await using (var connection = await _dataSource.OpenConnectionAsync(CancellationToken.None))
        {
            await connection.QueryAsync(
                $"SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[{string.Join(',', _sessions.Select(s => s.Backend))}]::int[]) pid",
                CancellationToken.None);
        }

        foreach (var pending in _pending)
        {
            await Task.WhenAny(pending.EndAsync(CancellationToken.None));
        }

        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        await _dataSource.DisposeAsync();
        await _database.DisposeAsync();
    }

    private bool IsOurs(Locks.Explaining.IncidentReport report) => report.Incident.Queues
        .SelectMany(queue => queue.All()).SelectMany(queue => queue.Waiters).Any(waiter => waiter.Owner.Database == _database.Name);

    private async Task<string[]> BlockersAsync(IReadOnlyList<Session> waiters)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(Cancel);
        var found = new List<string>();
        foreach (var waiter in waiters)
        {
            found.Add(await connection.ScalarAsync<string>(
                $"SELECT ARRAY(SELECT DISTINCT b FROM unnest(pg_blocking_pids({waiter.Backend})) b ORDER BY b)::text", Cancel));
        }

        return [.. found];
    }

    // A prepared transaction has no process, and the server calls it 0.
    private static string Text(ImmutableArray<WaitEdge> edges) => $"{{{string.Join(',', edges
        .Select(edge => edge.Blocker.Pid).Distinct().Order().Select(pid => pid.ToString(CultureInfo.InvariantCulture)))}}}";
}
