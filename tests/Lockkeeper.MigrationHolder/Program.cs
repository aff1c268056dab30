using Lockkeeper.Backfill;
using Lockkeeper.MigrationHolder;
using Lockkeeper.Migrations;
using Lockkeeper.Server.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

// Arguments: where the database is, the verb, and for start the file, for fill the table.
await using var source = ServerDataSource.Create(new ConnectionOptions { Text = args[0] });

// Short chunks, so that there are many moments at which a backfill can be killed.
var options = new MigratorOptions { Backfill = new BackfillOptions { Workers = 2, TargetChunk = TimeSpan.FromMilliseconds(5) } };
if (args[1] == "fill")
{
    await Filling.RunAsync(source, options.Backfill, args[2]);
    return;
}

var migrator = new Migrator(source, options, TimeProvider.System, NullLoggerFactory.Instance);
var progress = new LineProgress();
var report = await (args[1] switch
{
    "start" => migrator.StartAsync(await Migration.LoadAsync(args[2]), progress),
    "complete" => migrator.CompleteAsync(progress),
    "rollback" => migrator.RollbackAsync(progress),
    "resume" => migrator.ResumeAsync(progress),
    _ => throw new ArgumentException($"There is no verb {args[1]}."),
});
Console.WriteLine($"done {report.State}");
