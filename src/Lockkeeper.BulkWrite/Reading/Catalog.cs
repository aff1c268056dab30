using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>What was read of the database once: the declared tables, what they reference, what is deleted with them, and the order of all.</summary>
internal sealed class Catalog
{
    public required ImmutableDictionary<TableName, TableFacts> Tables { get; init; }

    /// <summary>All foreign keys of the database, by the table that references. Units ask for them each time, and a database may have thousands.</summary>
    public required ILookup<TableName, Reference> ByChild { get; init; }

    /// <summary>The same by the table that is referenced.</summary>
    public required ILookup<TableName, Reference> ByParent { get; init; }

    public required LockOrder Order { get; init; }

    public TableFacts Find(TableName table) => Tables[table];

    /// <summary>The counters that follow the rows of a table.</summary>
    public required ILookup<TableName, Followed> Follows { get; init; }

    /// <summary>Statements that were put together once; units of one shape share them.</summary>
    public StepCache Steps { get; } = new();

    public IEnumerable<Reference> From(TableName child) => ByChild[child];

    public IEnumerable<Reference> To(TableName parent) => ByParent[parent];

    /// <summary>The counters that a change of rows concerns.</summary>
    /// <exception cref="BulkWriteException">LK3020: it may alter what they count, and nobody could say how.</exception>
    public ImmutableArray<Followed> FollowedBy(ChangeKind kind, TableMap map)
    {
        ImmutableArray<Followed> followed = [.. Follows[map.Table].Where(follower => follower.Concerns(kind, map))];
        return kind == ChangeKind.Upsert && followed.FirstOrDefault(follower => follower.Alters(map)) is { } altered
            ? throw BulkWriteException.CannotFollow(map.Table, altered.Counter.Table, altered.Counter.Column)
            : followed;
    }
}
