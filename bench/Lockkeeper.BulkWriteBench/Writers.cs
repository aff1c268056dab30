using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.EmbeddedPostgres;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>Runs several writers side by side for some seconds and counts what they commit, what fails, and what the server calls a deadlock.</summary>
internal static class Writers
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    // The first seconds go to the compiler, which shares the processors with the server.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(
        PostgresServer server, string title, string sql, int writers, params (string Name, Func<NpgsqlDataSource, Func<int, int, Task>> Make)[] ways)
    {
        var table = new Table().Title($"{title}, {writers} writers, {Length.TotalSeconds} s each").AddColumns("way", "units/s", "deadlocks", "p99 ms");
        foreach (var (name, make) in ways)
        {
            await using var database = await server.CreateDatabaseAsync(null, CancellationToken.None);
            await using var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 50, MaxAutoPrepare = 20, CommandTimeout = 0 }.ConnectionString);
            await ExecuteAsync(source, sql);
            var unit = make(source);
            await MeasureAsync(unit, writers, WarmUp);
            var (units, deadlocks, p99) = await MeasureAsync((w, i) => unit(w, i + 1_000_000), writers, Length);
            table.AddRow(name, $"{units:0.0}", $"{deadlocks}", $"{p99:0}");
            AnsiConsole.WriteLine($"  {name}: {units:0.0} units/s, {deadlocks} deadlocks");
        }

        AnsiConsole.Write(table);
    }

    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(double PerSecond, int Deadlocks, double P99)> MeasureAsync(
        Func<int, int, Task> unit, int writers, TimeSpan length)
    {
        var (done, deadlocks) = (0, 0);
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(began) < length; i++)
            {
                var since = Stopwatch.GetTimestamp();
                try
                {
                    await unit(writer, i);
                    Interlocked.Increment(ref done);
                    times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                }
                catch (Exception failure) when (IsDeadlock(failure))
                {
                    Interlocked.Increment(ref deadlocks);
                }
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var sorted = times.Order().ToList();
        return (done / elapsed, deadlocks, sorted.Count == 0 ? 0 : sorted[sorted.Count * 99 / 100]);
    }

    private static bool IsDeadlock(Exception failure) => failure switch
    {
        PostgresException { SqlState: "40P01" } => true,
        BulkWriteException { SqlState: "40P01" } => true,
        _ => failure.InnerException is { } inner && IsDeadlock(inner),
    };
}
