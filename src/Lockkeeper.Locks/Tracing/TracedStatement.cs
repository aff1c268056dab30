using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Locks.Tracing;

/// <summary>What one statement did.</summary>
/// <param name="statement">The statement.</param>
/// <param name="locks">The locks that it took and that the transaction did not have before.</param>
public sealed class TracedStatement(ScriptStatement statement, ImmutableArray<TracedLock> locks)
{
    /// <summary>The statement.</summary>
    public ScriptStatement Statement => statement;

    /// <summary>In which transaction of the script it ran, from 1.</summary>
    public int Transaction { get; init; } = 1;

    /// <summary>The locks that it took and that the transaction did not have before, or not as strong.</summary>
    public ImmutableArray<TracedLock> Locks => locks;

    /// <summary>The locks that the transaction held when it began.</summary>
    public ImmutableArray<TracedLock> HeldBefore { get; init; } = [];

    /// <summary>The tables that got a new file: rewritten, or emptied by TRUNCATE.</summary>
    public ImmutableArray<TableName> Rewritten { get; init; } = [];

    /// <summary>The tables that were read from beginning to end, as far as the server counts it.</summary>
    public ImmutableArray<TableName> Scanned { get; init; } = [];

    /// <summary>The constraints that were added to tables that were there before, and checked at once.</summary>
    public ImmutableArray<string> ValidatedAtOnce { get; init; } = [];

    /// <summary>The constraints that were added without looking at the rows that are there: NOT VALID, or NOT ENFORCED.</summary>
    public ImmutableArray<string> AddedNotValid { get; init; } = [];

    /// <summary>The constraints that had been added without looking at the rows, and that were checked now.</summary>
    public ImmutableArray<string> Validated { get; init; } = [];

    /// <summary>The rows that it locked; empty also where neither <c>pg_walinspect</c> nor <c>pgrowlocks</c> is to be had.</summary>
    public ImmutableArray<TracedRows> Rows { get; init; } = [];

    /// <summary>Which command it is, by its text; null where that is not known.</summary>
    public CommandLock? Command { get; } = StatementCommand.Of(statement.Sql);

    /// <summary>Whether a <c>lock_timeout</c> was in force.</summary>
    public bool HasLockTimeout { get; init; }

    /// <summary>Why it did not run, in the server's words; null where it ran.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it cannot run inside of a transaction, and was left out for that.</summary>
    public bool NeedsNoTransaction { get; init; }
}
