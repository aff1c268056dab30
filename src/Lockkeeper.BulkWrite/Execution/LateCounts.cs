using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>What one run of a unit counts by what its statements gave back. It is known only when all else has run, and applied then.</summary>
/// <remarks>Rows with a column that counts were locked at their place in the order; slots and deltas come last anyway, and their gates were taken with the others.</remarks>
internal sealed class LateCounts(Catalog catalog, BulkWriteOptions options, IEnumerable<CounterTally> given)
{
    private readonly Dictionary<Counter, CounterTally> _tallies = Copy(given);

    /// <summary>Takes the arrays that a statement gave for the counters that follow it.</summary>
    public void Take(ImmutableArray<Followed> followed, NpgsqlDataReader reader, int ordinal)
    {
        for (var number = 0; number < followed.Length; number++)
        {
            Tally(_tallies, followed[number].Counter).Take(reader, ordinal + (2 * number));
        }
    }

    /// <summary>The changes that apply the sums, and how.</summary>
    /// <param name="firstIndex">The number of the first of them in the unit.</param>
    /// <param name="connection">The unit's connection.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(ImmutableArray<Change> Changes, IEnumerable<PlannedStep> Steps)> PlanAsync(
        int firstIndex, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        ImmutableArray<Change> changes = [.. _tallies.Values.Select((tally, i) => tally.ToChange(firstIndex + i, connection.ProcessID))];
        foreach (var change in changes)
        {
            var table = catalog.Find(change.Map.Table);
            await change.ReadAsync(connection, table, options.BufferRows, cancellationToken).ConfigureAwait(false);
            change.ArrangeOnce(table, options.BufferRows);
        }

        var shapes = changes.Select(change => change.LateShape(catalog.Find(change.Map.Table), options.StageFromRows)).ToList();
        var plan = new UnitPlanner(catalog, options.MaxKeyGates).Plan(shapes, []);
        return (changes, plan.Steps.Where(step => step.Kind != StepKind.Gates));
    }

    private static Dictionary<Counter, CounterTally> Copy(IEnumerable<CounterTally> given)
    {
        var tallies = new Dictionary<Counter, CounterTally>();
        foreach (var tally in given)
        {
            Tally(tallies, tally.Counter).Add(tally);
        }

        return tallies;
    }

    private static CounterTally Tally(Dictionary<Counter, CounterTally> tallies, Counter counter)
    {
        if (!tallies.TryGetValue(counter, out var tally))
        {
            tallies.Add(counter, tally = counter.NewTally());
        }

        return tally;
    }
}
