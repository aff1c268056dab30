using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>What was read of the database once: the declared tables, what they reference, what is deleted with them, and the order of all.</summary>
internal sealed class Catalog
{
    public required ImmutableDictionary<TableName, TableFacts> Tables { get; init; }

    public required ImmutableArray<Reference> References { get; init; }

    public required LockOrder Order { get; init; }

    public TableFacts Find(TableName table) => Tables[table];

    public IEnumerable<Reference> From(TableName child) => References.Where(reference => reference.Child == child);

    public IEnumerable<Reference> To(TableName parent) => References.Where(reference => reference.Parent == parent);
}
