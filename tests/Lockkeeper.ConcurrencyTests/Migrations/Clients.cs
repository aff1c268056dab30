using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.ConcurrencyTests.Migrations;

/// <summary>Clients that each make their own statements, one after the other, until they are stopped.</summary>
internal sealed class Clients : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ImmutableArray<Task> _running;
    private long _statements;

    public Clients(TestDatabase database, int count, int seed, Func<int, Random, string> statement, string searchPath = "public")
    {
        Statements = 0;
        _running = [.. Enumerable.Range(0, count).Select(i => Task.Run(() => RunAsync(database, i, new Random(seed + i), statement, searchPath)))];
    }

    public long Statements
    {
        get => Interlocked.Read(ref _statements);
        private init => _statements = value;
    }

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until that many more statements were run: until then, nothing was shown.</summary>
    public async Task MoreAsync(int statements, CancellationToken cancellationToken)
    {
        var wanted = Statements + statements;
        while (Statements < wanted && _failures.IsEmpty)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(TestDatabase database, int client, Random random, Func<int, Random, string> statement, string searchPath)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync($"SET search_path = {searchPath}", CancellationToken.None);
        while (!_stop.IsCancellationRequested)
        {
            var sql = statement(client, random);
            try
            {
                await connection.ExecuteAsync(sql, CancellationToken.None);
                Interlocked.Increment(ref _statements);
            }
            catch (NpgsqlException e)
            {
                _failures.Enqueue($"{sql} -> {e.Message}");
                return;
            }
        }
    }
}
