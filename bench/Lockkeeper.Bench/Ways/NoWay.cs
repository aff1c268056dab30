using Npgsql;

namespace Lockkeeper.Bench.Ways;

/// <summary>The table as it is, for comparison.</summary>
internal sealed class NoWay : Way
{
    public override string Name => "nothing";

    public override string Column => "NULL";

    public override Task PrepareAsync(NpgsqlDataSource source, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<TimeSpan> FillAsync(NpgsqlDataSource source, CancellationToken cancellationToken) => Task.FromResult(TimeSpan.Zero);
}
