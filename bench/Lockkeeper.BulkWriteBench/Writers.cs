using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.EmbeddedPostgres;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>Runs several writers side by side for some seconds and counts what they commit, what fails, and what the server calls a deadlock.</summary>
internal static class Writers
{
    private const int Rounds = 4;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);

    // The first seconds go to the compiler, which shares the processors with the server.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <remarks>The ways take turns, two seconds each: what else the machine does meets all of them alike. The first is what the others are compared with.</remarks>
    public static async Task RunAsync(
        PostgresServer server, string title, string sql, int writers, params (string Name, Func<NpgsqlDataSource, Func<int, int, Task>> Make)[] ways)
    {
        var table = new Table().Title($"{title}, {writers} writers, median of {Rounds} rounds of {Slice.TotalSeconds} s").AddColumns("way", "units/s", "of the first", "rounds", "deadlocks", "failed otherwise", "p99 ms");
        var turns = new List<Turn>();
        foreach (var (name, make) in ways)
        {
            var database = await server.CreateDatabaseAsync(null, CancellationToken.None);
            var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 50, MaxAutoPrepare = 20, CommandTimeout = 0 }.ConnectionString);
            await ExecuteAsync(source, sql);
            var turn = new Turn(name, database, source, make(source));
            turns.Add(turn);
            await MeasureAsync(source, turn.Unit, writers, WarmUp, 0);
        }

        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var turn in turns)
            {
                turn.Rounds.Add(await MeasureAsync(turn.Source, turn.Unit, writers, Slice, round));
            }
        }

        foreach (var turn in turns)
        {
            table.AddRow(
                turn.Name,
                $"{turn.PerSecond:0.0}",
                $"{turn.PerSecond / turns[0].PerSecond:P0}",
                string.Join(" ", turn.Rounds.Select(r => $"{r.PerSecond:0}")),
                $"{turn.Rounds.Sum(r => r.Deadlocks)}",
                $"{turn.Rounds.Sum(r => r.Failed)}",
                $"{turn.Rounds.Max(r => r.P99):0}");
            await turn.DisposeAsync();
        }

        AnsiConsole.Write(table);
    }

    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(double PerSecond, int Deadlocks, int Failed, double P99)> MeasureAsync(
        NpgsqlDataSource source, Func<int, int, Task> unit, int writers, TimeSpan length, int round)
    {
        var (done, deadlocks, failed) = (0, 0, 0);
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        var began = Stopwatch.GetTimestamp();
        var running = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(began) < length; i++)
            {
                var since = Stopwatch.GetTimestamp();
                try
                {
                    await unit(writer, (round * 1_000_000) + i);
                    Interlocked.Increment(ref done);
                    times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                }
                catch (Exception failure) when (SqlStateOf(failure) == PostgresErrorCodes.DeadlockDetected)
                {
                    Interlocked.Increment(ref deadlocks);
                }
                catch (Exception failure) when (SqlStateOf(failure) == PostgresErrorCodes.UniqueViolation)
                {
                    // ON CONFLICT looks at one unique index; a row that somebody inserts meanwhile violates the other one.
                    Interlocked.Increment(ref failed);
                }
                catch (Exception failure) when (SqlStateOf(failure) == PostgresErrorCodes.QueryCanceled)
                {
                    // The round was over.
                }
            }
        })));

        // Writers that stand in a deadlock would go on for seconds.
        await Task.WhenAny(running, Task.Delay(length + length));
        await ExecuteAsync(source, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'");
        await running;
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var sorted = times.Order().ToList();
        return (done / elapsed, deadlocks, failed, sorted.Count == 0 ? 0 : sorted[sorted.Count * 99 / 100]);
    }

    private static string? SqlStateOf(Exception? failure) => failure switch
    {
        null => null,
        PostgresException refused => refused.SqlState,
        BulkWriteException { SqlState: { } state } => state,
        _ => SqlStateOf(failure.InnerException),
    };
}
