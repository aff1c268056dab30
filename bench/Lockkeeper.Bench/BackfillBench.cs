using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Bench.Measuring;
using Lockkeeper.Bench.Showing;
using Lockkeeper.Bench.Ways;
using Lockkeeper.EmbeddedPostgres;
using Spectre.Console;

namespace Lockkeeper.Bench;

/// <summary>Runs every way on a fresh copy of the same table, in turn (a, b, c, a, b, c, ...), so that what disturbs the machine disturbs all of them.</summary>
internal sealed class BackfillBench(BenchOptions options)
{
    private readonly ImmutableArray<Way> _ways =
        [.. new Way[] { new KeysetWay(), new OneUpdateWay(), new LockkeeperWay() }.Where(way => way.Name.StartsWith(options.Way, StringComparison.OrdinalIgnoreCase))];

    // Durable settings, as in production; and room for the log of a whole run, so that no way pays for another's checkpoints.
    private static readonly ImmutableSortedDictionary<string, string> Settings = ImmutableSortedDictionary<string, string>.Empty
        .Add("shared_buffers", "512MB")
        .Add("max_wal_size", "8GB")
        .Add("autovacuum", "on");

    private const int PipedWidth = 140;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await StartServerAsync(options.Version, cancellationToken);
        AnsiConsole.MarkupLineInterpolated(
            CultureInfo.InvariantCulture, $"PostgreSQL {server.VersionText}, {Environment.ProcessorCount} processors, {options.Rows:N0} rows, {options.Runs} runs of each way");
        var results = new List<Result>();
        foreach (var indexes in options.Indexes)
        {
            results.AddRange(await RunAsync(server, indexes, cancellationToken));
        }

        var writes = options.Writes
            ? await new WriteBench(server, options.Rows / WriteBench.Smaller, options.Runs).RunAsync(cancellationToken)
            : [];
        var memory = options.Memory ? await new MemoryBench(server, options.Rows).RunAsync(cancellationToken) : [];
        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            // What is piped is not cut to the width of a terminal that is not there.
            AnsiConsole.Profile.Width = PipedWidth;
        }

        var report = new Report(server.VersionText, Environment.ProcessorCount, options.Rows, options.Runs, [.. results]) { Writes = writes, Memory = memory };
        AnsiConsole.Write(ResultTable.Of(report));
        if (options.Writes)
        {
            AnsiConsole.Write(ResultTable.OfWrites(report));
        }

        foreach (var result in memory)
        {
            AnsiConsole.WriteLine(ReportText.Sentence(result));
        }

        await WriteAsync(options.Json, ReportText.Json(report), cancellationToken);
        await WriteAsync(options.Markdown, ReportText.Markdown(report), cancellationToken);
        return 0;
    }

    public static Task<PostgresServer> StartServerAsync(int? version, CancellationToken cancellationToken) =>
        PostgresServer.StartAsync(new PostgresServerOptions { Durable = true, Version = version, Settings = Settings }, cancellationToken);

    private async Task<IEnumerable<Result>> RunAsync(PostgresServer server, int indexes, CancellationToken cancellationToken)
    {
        await using var template = await server.CreateDatabaseAsync(null, cancellationToken);
        await BenchTable.FillAsync(template.ConnectionString, options.Rows, indexes, cancellationToken);
        var measured = _ways.ToDictionary(way => way, _ => new List<Measurement>());
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var way in _ways)
            {
                await using var copy = await server.CreateDatabaseAsync(template.Name, cancellationToken);
                var measurement = await Measure.Async(way, copy.ConnectionString, options.Rows, cancellationToken);
                measured[way].Add(measurement);
                AnsiConsole.MarkupLineInterpolated(
                    CultureInfo.InvariantCulture, $"  {indexes} secondary index(es), run {run}, {way.Name}: {measurement.Seconds:0.0} s, {measurement.RowsPerSecond:N0} rows/s");
            }
        }

        return _ways.Select(way => new Result(indexes, way.Name, [.. measured[way]]));
    }

    public static async Task WriteAsync(FileInfo? file, string text, CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            file.Directory?.Create();
            await File.WriteAllTextAsync(file.FullName, text, cancellationToken);
        }
    }
}
