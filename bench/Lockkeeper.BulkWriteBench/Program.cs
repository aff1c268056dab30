using System.Collections.Immutable;
using Lockkeeper.BulkWriteBench;
using Lockkeeper.EmbeddedPostgres;

// The settings of the figures in the docs: what is measured is locks and round trips, not the disk.
var settings = ImmutableSortedDictionary<string, string>.Empty
    .Add("shared_buffers", "512MB").Add("max_wal_size", "4GB").Add("synchronous_commit", "off").Add("max_connections", "200");
await using var server = await PostgresServer.StartAsync(new PostgresServerOptions { Settings = settings });
var wanted = args.Length > 0 ? args[0] : "all";
Console.WriteLine($"PostgreSQL {server.VersionText}, {Environment.ProcessorCount} processors");
foreach (var (name, bench) in new (string Name, Func<PostgresServer, Task> RunAsync)[]
{
    ("units", UnitBench.RunAsync), ("sizes", SizeBench.RunAsync),
    ("upserts8", s => WriterBench.UpsertsAsync(s, 8)), ("upserts16", s => WriterBench.UpsertsAsync(s, 16)),
    ("mixed", WriterBench.MixedAsync),
    ("counters", s => WriterBench.CountersAsync(s, TimeSpan.FromMilliseconds(1))), ("counters-busy", s => WriterBench.CountersAsync(s, TimeSpan.Zero)),
    ("inserts", RowBench.InsertsAsync), ("merges", RowBench.UpsertsAsync),
})
{
    if (wanted == "all" || wanted == name)
    {
        await bench(server);
    }
}
