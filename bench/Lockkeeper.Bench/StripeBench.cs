using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Backfill;
using Lockkeeper.Bench.Measuring;
using Lockkeeper.Bench.Showing;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Lockkeeper.Bench;

/// <summary>Compares the rule for the number of stripes with every number that it could have chosen, over tables of different shapes.</summary>
/// <param name="server">Where.</param>
/// <param name="runs">Runs of each choice; the one that took the server least is shown.</param>
/// <param name="wanted">Which tables.</param>
internal sealed class StripeBench(PostgresServer server, int runs, Func<StripeTable, bool> wanted)
{
    private static readonly ImmutableArray<int?> Choices = [null, 1, 2, 4, 8, 12, 16];

    private static readonly ImmutableArray<StripeTable> Tables =
    [
        .. from shape in (ImmutableArray<(string Name, int Rows, int Padding)>)[("60 bytes", 150_000, 4), ("140 bytes", 100_000, 84), ("1,000 bytes", 20_000, 940)]
           from room in (ImmutableArray<int>)[0, 30]
           from indexes in (ImmutableArray<int>)[1, 4, 8]
           select new StripeTable(shape.Name, shape.Rows, shape.Padding, room, indexes),
    ];

    public async Task<ImmutableArray<StripeResult>> RunAsync(CancellationToken cancellationToken)
    {
        var results = ImmutableArray.CreateBuilder<StripeResult>();
        foreach (var table in Tables.Where(wanted))
        {
            await using var template = await server.CreateDatabaseAsync(null, cancellationToken);
            await table.FillAsync(template.ConnectionString, cancellationToken);
            var measured = Choices.Select(_ => new List<StripeRun>()).ToArray();
            for (var run = 1; run <= runs; run++)
            {
                foreach (var (choice, into) in Choices.Zip(measured))
                {
                    await using var copy = await server.CreateDatabaseAsync(template.Name, cancellationToken);
                    into.Add(await RunAsync(copy.ConnectionString, choice, cancellationToken));
                }
            }

            results.Add(new StripeResult(table, [.. measured.Select(list => list.MinBy(run => run.ServerSeconds)!)]));
            AnsiConsole.WriteLine(string.Join(" | ", StripeRows.Of(results[^1])));
        }

        return results.ToImmutable();
    }

    private static async Task<StripeRun> RunAsync(string connectionString, int? stripes, CancellationToken cancellationToken)
    {
        await using var source = BenchTable.Open(connectionString);
        await BenchTable.ExecuteAsync(source, "CHECKPOINT", cancellationToken);
        var backfiller = new Backfiller(
            source, new BackfillOptions { Workers = 2, Stripes = stripes }, TimeProvider.System, NullLoggerFactory.Instance);
        var job = new BackfillJob
        {
            Name = "stripes",
            Table = new TableName(new Identifier("public"), new Identifier("t")),
            Marker = new Identifier("pending"),
            Assignments = [new BackfillAssignment(new Identifier("loud"), "upper(lockkeeper_row.name)")],
        };
        var since = Stopwatch.GetTimestamp();
        var processors = await ServerProcessors.ReadAsync(source, cancellationToken);
        var report = await backfiller.RunAsync(job, null, cancellationToken);
        var took = Stopwatch.GetElapsedTime(since);
        return new StripeRun(
            report.Stripes?.Count ?? stripes ?? 1,
            (await ServerProcessors.ReadAsync(source, cancellationToken) - processors).TotalSeconds,
            took.TotalSeconds,
            report.Growth ?? double.NaN,
            report.Stripes?.Reason ?? "");
    }
}
