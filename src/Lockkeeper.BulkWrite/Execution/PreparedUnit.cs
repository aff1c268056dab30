using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>A unit whose rows are read, checked and sorted, and the plan for them.</summary>
internal sealed class PreparedUnit
{
    private PreparedUnit(Catalog catalog, ImmutableArray<Change> changes, UnitPlan plan)
    {
        Catalog = catalog;
        Changes = changes;
        Plan = plan;
    }

    public Catalog Catalog { get; }

    public ImmutableArray<Change> Changes { get; }

    public UnitPlan Plan { get; }

    /// <summary>Whether all rows are still in memory, so that the unit can be run again.</summary>
    public bool IsReplayable => Changes.All(change => !change.IsStreamed);

    public static async Task<PreparedUnit> OfAsync(
        UnitOfWork unit, Catalog catalog, BulkWriteOptions options, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        ImmutableArray<Change> changes =
            [.. unit.Changes, .. unit.Tallies.Select((tally, i) => tally.ToChange(unit.Changes.Count + i, connection.ProcessID))];
        foreach (var change in changes)
        {
            await change.ReadAsync(connection, catalog.Find(change.Map.Table), options.BufferRows, cancellationToken).ConfigureAwait(false);
        }

        foreach (var change in changes)
        {
            change.ArrangeOnce(catalog.Find(change.Map.Table), options.BufferRows);
        }

        var shapes = changes.Select(change => change.Shape(catalog.Find(change.Map.Table), options.StageFromRows)).ToList();
        return new PreparedUnit(catalog, changes, new UnitPlanner(catalog, options.MaxKeyGates).Plan(shapes));
    }

    public UnitRun NewRun(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        foreach (var change in Changes)
        {
            change.Restore();
        }

        return new UnitRun(connection, transaction, Plan, Changes, Catalog);
    }
}
