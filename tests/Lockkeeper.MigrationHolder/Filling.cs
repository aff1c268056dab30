using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.MigrationHolder;

/// <summary>Fills the column <c>note</c> of a table, alone or together with other processes that do the same.</summary>
internal static class Filling
{
    public static async Task RunAsync(NpgsqlDataSource source, BackfillOptions options, string table)
    {
        var job = new BackfillJob
        {
            Name = $"test/{table}",
            Table = new TableName(new Identifier("public"), new Identifier(table)),
            Marker = new Identifier("Pending"),
            // Slow and without work, so that ten processes on two cores fill it side by side for a while.
            Assignments = [new BackfillAssignment(new Identifier("note"), "upper(lockkeeper_row.name) || left(pg_sleep(0.0002)::text, 0)")],
        };
        var backfiller = new Backfiller(source, options, TimeProvider.System, NullLoggerFactory.Instance);
        await backfiller.RunAsync(job, new Lines());
        Console.WriteLine("done");
    }

    private sealed class Lines : IProgress<BackfillProgress>
    {
        public void Report(BackfillProgress value)
        {
            if (value.Rows > 0)
            {
                Console.WriteLine(value.Rows);
                Console.Out.Flush();
            }
        }
    }
}
