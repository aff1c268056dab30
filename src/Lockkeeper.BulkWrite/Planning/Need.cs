using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>Rows of another table that a change makes the server lock: those that its rows reference, or that reference what it deletes.</summary>
internal sealed class Need
{
    public required TableName Table { get; init; }

    public required RowLock Mode { get; init; }

    public required ChangeShape Origin { get; init; }

    /// <summary>The foreign keys from the origin's table to this one; downwards there may be several.</summary>
    public required ImmutableArray<Reference> Path { get; init; }

    /// <summary>Whether the rows are below the origin's: they go, or lose their reference, when those go.</summary>
    public bool IsBelow { get; init; }

    /// <summary>Whether they are what the rows of the table reference now, not what the rows of the input will.</summary>
    public bool IsStored { get; init; }

    /// <summary>The keys of the referenced rows, when they are known and are the ones that the table is ordered by.</summary>
    public KeySet? Keys { get; init; }
}
