using System.Diagnostics;
using Lockkeeper.Bench.Measuring;
using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>One statement for the whole table. It locks every row until it is done, and one failure undoes all of it.</summary>
internal sealed class OneUpdateWay : Way
{
    public override string Name => "one UPDATE";

    public override string Column => "loud";

    public override Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        BenchTable.ExecuteAsync(source, "ALTER TABLE users ADD COLUMN loud text", cancellationToken);

    public override async Task<TimeSpan> FillAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        await BenchTable.ExecuteAsync(source, "UPDATE users SET loud = upper(name)", cancellationToken);
        return Stopwatch.GetElapsedTime(since);
    }
}
