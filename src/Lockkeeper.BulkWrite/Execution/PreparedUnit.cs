using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>A unit whose rows are read, checked and sorted, and the plan for them.</summary>
internal sealed class PreparedUnit
{
    private readonly BulkWriteOptions _options;
    private readonly ImmutableArray<Counter> _followers;
    private readonly ImmutableArray<CounterTally> _late;

    private PreparedUnit(
        Catalog catalog, BulkWriteOptions options, ImmutableArray<Change> changes, UnitPlan plan, ImmutableArray<Counter> followers, ImmutableArray<CounterTally> late)
    {
        Catalog = catalog;
        _options = options;
        Changes = changes;
        Plan = plan;
        _followers = followers;
        _late = late;
    }

    public Catalog Catalog { get; }

    public ImmutableArray<Change> Changes { get; }

    public UnitPlan Plan { get; }

    /// <summary>Whether all rows are still in memory, so that the unit can be run again.</summary>
    public bool IsReplayable => Changes.All(change => !change.IsStreamed);

    public static async Task<PreparedUnit> OfAsync(
        UnitOfWork unit, Catalog catalog, BulkWriteOptions options, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var followed = unit.Changes.ToDictionary(change => change.Index, change => catalog.FollowedBy(change.Kind, change.Map));
        ImmutableArray<Counter> followers = [.. followed.Values.SelectMany(all => all).Select(one => one.Counter).Distinct()];

        // One pass over slots and deltas: where some are known only in the end, all of them wait for it.
        var late = unit.Tallies.Where(tally => !followers.IsEmpty && tally.Counter.Kind != CounterKind.Column).ToImmutableArray();
        ImmutableArray<Change> changes =
        [
            .. unit.Changes,
            .. unit.Tallies.Except(late).Select((tally, i) => tally.ToChange(unit.Changes.Count + i, connection.ProcessID)),
        ];
        foreach (var change in changes)
        {
            await change.ReadAsync(connection, catalog.Find(change.Map.Table), options.BufferRows, cancellationToken).ConfigureAwait(false);
        }

        foreach (var change in changes)
        {
            change.ArrangeOnce(catalog.Find(change.Map.Table), options.BufferRows);
        }

        var shapes = changes.Select(change => change.Shape(
            catalog.Find(change.Map.Table), options.StageFromRows, followed.GetValueOrDefault(change.Index, []))).ToList();
        var plan = new UnitPlanner(catalog, options.MaxKeyGates).Plan(shapes, [.. followers.Union(late.Select(tally => tally.Counter))]);
        return new PreparedUnit(catalog, options, changes, plan, followers, late);
    }

    public UnitRun NewRun(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        foreach (var change in Changes)
        {
            change.Restore();
        }

        var counts = _followers.IsEmpty ? null : new LateCounts(Catalog, _options, _late);
        return new UnitRun(connection, transaction, Plan, Changes, Catalog, counts);
    }
}
