using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>How many connections a data source gives at a time, and how many of them a run needs.</summary>
internal static class PoolRoom
{
    // The helm's, over which the backfill is steered and its throttles read while the workers fill.
    private const int BesideWorkers = 1;

    /// <summary>The most workers that find a connection: beyond that, each would wait for another to end.</summary>
    public static int MostWorkers(NpgsqlDataSource dataSource, int wanted) => Math.Min(wanted, Connections(dataSource) - BesideWorkers);

    /// <summary>What is wrong with the data source; nothing if a run can work with it.</summary>
    public static string? Problem(NpgsqlDataSource dataSource) => Connections(dataSource) is var connections && connections > BesideWorkers
        ? null
        : $"the data source's pool has room for {connections} connection (Maximum Pool Size); a backfill needs {BesideWorkers + 1}, one for a worker and one to be steered over";

    private static int Connections(NpgsqlDataSource dataSource)
    {
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        return settings.Pooling ? settings.MaxPoolSize : int.MaxValue;
    }
}
