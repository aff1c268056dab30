using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.BulkWrite;

/// <summary>The tables and counters that a writer is told of, once.</summary>
public sealed class BulkWriteTables
{
    /// <summary>Tables without counters.</summary>
    /// <param name="maps">The maps; several of one table have the same key.</param>
    public BulkWriteTables(params IEnumerable<TableMap> maps) => Maps = [.. maps];

    private BulkWriteTables(ImmutableArray<TableMap> maps, ImmutableArray<Counter> counters)
    {
        Maps = maps;
        Counters = counters;
    }

    /// <summary>The counters among them.</summary>
    public ImmutableArray<Counter> Counters { get; } = [];

    internal ImmutableArray<TableMap> Maps { get; }

    /// <summary>The same with counters.</summary>
    /// <param name="counters">The counters.</param>
    public BulkWriteTables With(params ReadOnlySpan<Counter> counters)
    {
        ImmutableArray<Counter> all = [.. Counters, .. counters];
        return new BulkWriteTables([.. Maps, .. counters.ToArray().Select(counter => counter.Map)], all);
    }
}
