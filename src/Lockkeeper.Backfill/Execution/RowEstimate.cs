using System.Text.Json;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>How many rows need a backfill, as the planner thinks. To count them would read the whole table, under one snapshot.</summary>
internal static class RowEstimate
{
    /// <returns>About how many; at least one.</returns>
    public static async Task<double> ReadAsync(NpgsqlConnection connection, BackfillJob job, CancellationToken cancellationToken)
    {
        var plans = await connection.QueryAsync(
            $"EXPLAIN (FORMAT JSON) SELECT FROM {job.Table} AS lockkeeper_row WHERE {job.Pending}", [], row => row.GetString(0), cancellationToken)
            .ConfigureAwait(false);
        using var plan = JsonDocument.Parse(plans.Single());
        return Math.Max(1, plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble());
    }
}
