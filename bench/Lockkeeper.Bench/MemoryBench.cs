using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Lockkeeper.Bench.Measuring;
using Lockkeeper.Bench.Ways;
using Lockkeeper.EmbeddedPostgres;
using Spectre.Console;

namespace Lockkeeper.Bench;

/// <summary>Measures how large the program itself becomes while it fills tables of two sizes: <c>lockkeeper start</c> in a process of its own.</summary>
internal sealed class MemoryBench(PostgresServer server, int rows)
{
    /// <summary>How much smaller the one table is than the other.</summary>
    public const int Smaller = 5;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    public async Task<ImmutableArray<MemoryResult>> RunAsync(CancellationToken cancellationToken)
    {
        var results = ImmutableArray.CreateBuilder<MemoryResult>();
        foreach (var size in (ImmutableArray<int>)[rows / Smaller, rows])
        {
            await using var database = await server.CreateDatabaseAsync(null, cancellationToken);
            await BenchTable.FillAsync(database.ConnectionString, size, indexes: 1, cancellationToken);
            var folder = Directory.CreateTempSubdirectory("lockkeeper-bench");
            try
            {
                var file = Path.Combine(folder.FullName, LockkeeperWay.FileName);
                await File.WriteAllTextAsync(file, LockkeeperWay.File, cancellationToken);
                await RunAsync(database.ConnectionString, ["init"], cancellationToken);
                results.Add(new MemoryResult(size, await RunAsync(database.ConnectionString, ["start", file], cancellationToken)));
            }
            finally
            {
                folder.Delete(recursive: true);
            }

            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"  memory, {size:N0} rows: lockkeeper start was never larger than {results[^1].PeakBytes / 1_000_000.0:N0} MB");
        }

        return results.ToImmutable();
    }

    /// <summary>The most memory that the program had at a time, as the system counts it: it never falls, so the last look is the one that counts.</summary>
    private static async Task<long> RunAsync(string connectionString, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "lockkeeper.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LOCKKEEPER_PG_URL"] = connectionString;
        using var process = Process.Start(start)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        var ended = process.WaitForExitAsync(cancellationToken);
        var peak = 0L;
        while (!ended.IsCompleted)
        {
            process.Refresh();
            peak = Math.Max(peak, PeakOf(process));
            await Task.WhenAny(ended, Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken));
        }

        await ended;
        return process.ExitCode == 0
            ? peak
            : throw new InvalidOperationException($"lockkeeper {string.Join(' ', arguments)} ended with {process.ExitCode}: {string.Join('\n', await said)}");
    }

    private static long PeakOf(Process process)
    {
        try
        {
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // It has ended since.
            return 0;
        }
    }
}
