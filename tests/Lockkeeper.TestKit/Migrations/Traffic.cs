using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>Clients of one version that write until they are stopped, and remember every statement that failed.</summary>
public sealed class Traffic : IAsyncDisposable
{
    private const int LongestThought = 10;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ImmutableArray<Task> _clients;
    private long _statements;

    private Traffic(TestDatabase database, Identifier schema, ImmutableArray<string> statements, int clients, int seed)
    {
        Seed = seed;
        _clients = [.. Enumerable.Range(0, clients).Select(i => Task.Run(() => WriteAsync(database, schema, statements, new Random(seed + i))))];
    }

    public int Seed { get; }

    public long Statements => Interlocked.Read(ref _statements);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Starts clients that run the statements again and again, at random. <c>{n}</c> in a statement becomes a random number.</summary>
    public static Traffic Start(TestDatabase database, Identifier schema, ImmutableArray<string> statements, int clients, int seed) =>
        new(database, schema, statements, clients, seed);

    /// <summary>Waits until the clients have run that many more statements: until then, nothing was shown.</summary>
    public async Task MoreAsync(int statements, CancellationToken cancellationToken)
    {
        var wanted = Statements + statements;
        while (Statements < wanted && _failures.IsEmpty)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Lets every client finish its statement, and stops it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync(TestDatabase database, Identifier schema, ImmutableArray<string> statements, Random random)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync($"SET search_path = {schema}", CancellationToken.None);
        while (!_stop.IsCancellationRequested)
        {
            var sql = statements[random.Next(statements.Length)]
                .Replace("{n}", random.Next(1, 100_000).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            try
            {
                await connection.ExecuteAsync(sql, CancellationToken.None);
                Interlocked.Increment(ref _statements);

                // An application does something between two statements. Without a pause, six clients of one test take all of a small
                // machine, and the migration that they are to disturb gets no turn.
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestThought)), TimeProvider.System, CancellationToken.None);
            }
            catch (NpgsqlException e)
            {
                _failures.Enqueue($"{schema}: {sql} -> {e.Message}");
            }
        }
    }
}
