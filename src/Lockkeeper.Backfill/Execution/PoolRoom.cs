using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>How many connections a data source gives at a time, and how many of them a run needs.</summary>
internal static class PoolRoom
{
    // The helm's, over which the backfill is steered and its throttles read while the workers fill.
    private const int BesideWorkers = 1;

    /// <summary>The most workers that find a connection: beyond that, each would wait for another to end.</summary>
    /// <param name="dataSource">Where the connections come from.</param>
    /// <param name="options">The workers that are wanted, and the connections that somebody else holds meanwhile.</param>
    public static int MostWorkers(NpgsqlDataSource dataSource, BackfillOptions options) =>
        Math.Min(options.Workers, Connections(dataSource) - options.ConnectionsHeld - BesideWorkers);

    /// <summary>What is wrong with the data source; nothing if a run can work with it.</summary>
    public static string? Problem(NpgsqlDataSource dataSource, int held)
    {
        var (connections, needed) = (Connections(dataSource), held + BesideWorkers + 1);
        return connections >= needed
            ? null
            : $"the data source's pool has room for {connections} connection{(connections == 1 ? "" : "s")} (Maximum Pool Size); a backfill needs {needed}: "
              + $"one for a worker, one to be steered over{(held > 0 ? $", {held} that the caller holds" : "")}";
    }

    private static int Connections(NpgsqlDataSource dataSource)
    {
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        return settings.Pooling ? settings.MaxPoolSize : int.MaxValue;
    }
}
