using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Model.Locking;

/// <summary>Which lock a command takes, and keeps until its transaction ends.</summary>
/// <param name="Command">The command, as one reads it in the manual.</param>
/// <param name="OnTable">The strongest lock on the table, or materialized view, that it names; null where there is none yet.</param>
/// <param name="OnReferenced">The strongest lock on the table that a foreign key of the first references; null for none.</param>
public sealed record CommandLock(string Command, LockMode? OnTable, LockMode? OnReferenced)
{
    /// <summary>What reaches the same with weaker locks, or holds the strong one for an instant only; null where nothing does.</summary>
    public string? Instead { get; init; }

    /// <summary>Whether the server refuses it inside of a transaction. It may then wait for other transactions besides.</summary>
    public bool NeedsNoTransaction { get; init; }

    /// <summary>The locks that it takes on given tables, as a plan declares them.</summary>
    /// <param name="table">The table that it names.</param>
    /// <param name="referenced">The table that its foreign key references; null where there is none.</param>
    public ImmutableArray<TableLock> On(TableName table, TableName? referenced = null)
    {
        var locks = ImmutableArray.CreateBuilder<TableLock>(2);
        if (OnTable is { } mode)
        {
            locks.Add(new TableLock(table, mode));
        }

        if (OnReferenced is { } other && referenced is { } parent && (OnTable is null || parent != table))
        {
            locks.Add(new TableLock(parent, other));
        }

        return locks.ToImmutable();
    }
}
