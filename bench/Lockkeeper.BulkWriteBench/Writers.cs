using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.EmbeddedPostgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>Runs several writers side by side for some seconds and counts what they commit, what fails, and what the server calls a deadlock.</summary>
internal static class Writers
{
    private const int Rounds = 6;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1.5);

    // The first seconds go to the compiler, which shares the processors with the server.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <remarks>
    /// The ways take turns, and turns at being first: what else the machine does meets all of them alike. The first is what the others are compared with, round by round.
    /// </remarks>
    public static async Task RunAsync(PostgresServer server, string title, string sql, int writers, params WriterWay[] ways)
    {
        var turns = new List<Turn>();
        foreach (var way in ways)
        {
            var database = await server.CreateDatabaseAsync(null, CancellationToken.None);
            var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 50, MaxAutoPrepare = 20, CommandTimeout = 0 }.ConnectionString);
            await ExecuteAsync(source, sql);
            var turn = new Turn(way, database, source);
            turns.Add(turn);
            await MeasureAsync(turn, writers, WarmUp, 0);
        }

        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var turn in turns.Skip(round % turns.Count).Concat(turns.Take(round % turns.Count)))
            {
                turn.Rounds.Add(await MeasureAsync(turn, writers, Slice, round));
            }
        }

        await PrintAsync($"{title}, {writers} writers, median of {Rounds} rounds of {Slice.TotalSeconds} s", turns);
    }

    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task PrintAsync(string title, List<Turn> turns)
    {
        var table = new Table().Title(title).AddColumns("way", "units/s", "of the first", "rounds", "deadlocks", "failed otherwise", "p99 ms", "exact");
        foreach (var turn in turns)
        {
            var isRight = await turn.IsRightAsync();
            table.AddRow(
                turn.Way.Name,
                $"{turn.PerSecond:0.0}",
                $"{turn.Of(turns[0]):P0}",
                string.Join(" ", turn.Rounds.Select(r => $"{r.PerSecond:0}")),
                $"{await turn.DeadlocksAsync()}",
                $"{turn.Rounds.Sum(r => r.Failed)}",
                $"{turn.Rounds.Max(r => r.P99):0}",
                isRight is null ? "" : isRight.Value ? "yes" : "no");
            await turn.DisposeAsync();
        }

        AnsiConsole.Write(table);
    }

    private static async Task<(double PerSecond, int Failed, double P99)> MeasureAsync(Turn turn, int writers, TimeSpan length, int round)
    {
        var (done, failed) = (0, 0);
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        using var over = new CancellationTokenSource();
        var beside = turn.Way.Beside?.Invoke(turn.Source, over.Token) ?? Task.CompletedTask;
        var began = Stopwatch.GetTimestamp();
        var running = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(began) < length; i++)
            {
                if (turn.Way.Pause > TimeSpan.Zero)
                {
                    await Task.Delay(turn.Way.Pause);
                }

                var since = Stopwatch.GetTimestamp();
                try
                {
                    await turn.Unit(writer, (round * 1_000_000) + i);
                    Interlocked.Increment(ref done);
                    times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                }
                catch (Exception failure) when (SqlStateOf(failure) == PostgresErrorCodes.DeadlockDetected)
                {
                    // The server counts them.
                }
                catch (Exception failure) when (failure is DbUpdateConcurrencyException
                    || SqlStateOf(failure) is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation)
                {
                    // ON CONFLICT looks at one unique index, and EF Core at what it read; what somebody else inserts or deletes meanwhile fails the unit.
                    Interlocked.Increment(ref failed);
                }
                catch (Exception failure) when (SqlStateOf(failure) is PostgresErrorCodes.QueryCanceled)
                {
                    // The round was over.
                }
            }
        })));

        // Writers that stand in a deadlock would go on for seconds.
        await Task.WhenAny(running, Task.Delay(length + length));
        await over.CancelAsync();
        await ExecuteAsync(turn.Source, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'");
        await running;
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var sorted = times.Order().ToList();
        return (done / elapsed, failed, sorted.Count == 0 ? 0 : sorted[sorted.Count * 99 / 100]);
    }

    private static string? SqlStateOf(Exception? failure) => failure switch
    {
        null => null,
        PostgresException refused => refused.SqlState,
        BulkWriteException { SqlState: { } state } => state,
        _ => SqlStateOf(failure.InnerException),
    };
}
