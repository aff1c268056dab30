using System.CommandLine;
using Lockkeeper.LocksBench;

var waiters = new Option<int>("--waiters") { Description = "Sessions that wait for one row.", DefaultValueFactory = _ => 300 };
var looks = new Option<int>("--looks") { Description = "How often each way looks.", DefaultValueFactory = _ => 100 };
var version = new Option<int?>("--postgres") { Description = "The server's major version." };

var root = new RootCommand("Measures what a look at the locks costs while many sessions wait.") { waiters, looks, version };
root.SetAction((result, cancellationToken) => new SnapshotBench(
    result.GetValue(waiters), result.GetValue(looks), result.GetValue(version)).RunAsync(cancellationToken));
return await root.Parse(args).InvokeAsync();
