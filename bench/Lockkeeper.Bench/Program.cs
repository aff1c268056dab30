using System.CommandLine;
using Lockkeeper.Bench;

var rows = new Option<int>("--rows") { Description = "Rows of the table.", DefaultValueFactory = _ => 1_000_000 };
var runs = new Option<int>("--runs") { Description = "Runs of each way; medians are shown.", DefaultValueFactory = _ => 3 };
var version = new Option<int?>("--postgres") { Description = "The server's major version." };
var json = new Option<FileInfo?>("--json") { Description = "Where to write the result as JSON." };
var markdown = new Option<FileInfo?>("--markdown") { Description = "Where to write the result as a Markdown table." };

var root = new RootCommand("Compares ways of filling a new column of a large table, side by side on one server.")
{
    rows, runs, version, json, markdown,
};
root.SetAction((result, cancellationToken) => new BackfillBench(
    result.GetValue(rows), result.GetValue(runs), result.GetValue(version), result.GetValue(json), result.GetValue(markdown))
    .RunAsync(cancellationToken));
return await root.Parse(args).InvokeAsync();
