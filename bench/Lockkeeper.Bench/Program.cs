using System.CommandLine;
using Lockkeeper.Bench;
using Lockkeeper.Bench.Showing;

var rows = new Option<int>("--rows") { Description = "Rows of the table.", DefaultValueFactory = _ => 1_000_000 };
var runs = new Option<int>("--runs") { Description = "Runs of each way; medians are shown.", DefaultValueFactory = _ => 3 };
var indexes = new Option<int[]>("--indexes") { Description = "Secondary indexes, 0 to 5, one series for each number.", DefaultValueFactory = _ => [1, 5], AllowMultipleArgumentsPerToken = true };
var way = new Option<string?>("--way") { Description = "Only the way whose name begins so." };
var writes = new Option<bool>("--writes") { Description = "Also what the triggers cost those who write meanwhile.", DefaultValueFactory = _ => true };
var memory = new Option<bool>("--memory") { Description = "Also how large the program itself becomes.", DefaultValueFactory = _ => true };
var version = new Option<int?>("--postgres") { Description = "The server's major version." };
var json = new Option<FileInfo?>("--json") { Description = "Where to write the result as JSON." };
var markdown = new Option<FileInfo?>("--markdown") { Description = "Where to write the result as a Markdown table." };

var root = new RootCommand("Compares ways of filling a new column of a large table, side by side on one server.")
{
    rows, runs, indexes, way, writes, memory, version, json, markdown,
};
root.SetAction((result, cancellationToken) => new BackfillBench(new BenchOptions
{
    Rows = result.GetValue(rows),
    Runs = result.GetValue(runs),
    Indexes = [.. result.GetValue(indexes) ?? []],
    Way = result.GetValue(way) ?? "",
    Writes = result.GetValue(writes),
    Memory = result.GetValue(memory),
    Version = result.GetValue(version),
    Json = result.GetValue(json),
    Markdown = result.GetValue(markdown),
}).RunAsync(cancellationToken));
var row = new Option<string?>("--row") { Description = "Only rows whose width begins so: 60, 140 or \"1,000\"." };
var room = new Option<int?>("--room") { Description = "Only pages with this share free, in percent: 0 or 30." };
var count = new Option<int?>("--table-indexes") { Description = "Only tables with so many indexes, the key's included: 1, 4 or 8." };
var stripes = new Command("stripes", "Compares the rule for the number of stripes with every number that it could have chosen, by the server's processor time.")
{
    runs, version, markdown, row, room, count,
};
stripes.SetAction(async (result, cancellationToken) =>
{
    await using var server = await BackfillBench.StartServerAsync(result.GetValue(version), cancellationToken);
    var measured = await new StripeBench(server, result.GetValue(runs), table =>
        table.Shape.StartsWith(result.GetValue(row) ?? "", StringComparison.Ordinal)
        && table.Room == (result.GetValue(room) ?? table.Room)
        && table.Indexes == (result.GetValue(count) ?? table.Indexes)).RunAsync(cancellationToken);
    await BackfillBench.WriteAsync(result.GetValue(markdown), ReportText.Markdown(StripeRows.Header, measured.Select(StripeRows.Of)), cancellationToken);
});
root.Subcommands.Add(stripes);
var process = new Command("memory", "Measures how large the program itself becomes, for tables of two sizes.") { rows, version };
process.SetAction(async (result, cancellationToken) =>
{
    await using var server = await BackfillBench.StartServerAsync(result.GetValue(version), cancellationToken);
    await new MemoryBench(server, result.GetValue(rows)).RunAsync(cancellationToken);
});
root.Subcommands.Add(process);
return await root.Parse(args).InvokeAsync();
