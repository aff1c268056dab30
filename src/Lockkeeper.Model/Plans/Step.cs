using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Plans;

/// <summary>One statement, what it locks and what undoes it. Holds no connection, so it can be printed, stored and checked.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Locks">The strongest lock on each relation that exists before the statement; a new one is nobody's yet.</param>
/// <param name="Purpose">Why it is there, in a few words.</param>
public sealed record Step(string Sql, ImmutableArray<TableLock> Locks, string Purpose)
{
    /// <summary>What it does to the rows under that lock.</summary>
    public StepEffect Effect { get; init; }

    /// <summary>The statement that takes it back, safe to run also when it never ran; null when undoing another step does.</summary>
    public Step? Undo { get; init; }

    /// <summary>The index that the statement builds concurrently; one left invalid by an interruption is dropped before it is tried again.</summary>
    public TableName? BuildsIndex { get; init; }

    /// <summary>The index that the statement drops concurrently, which no transaction may contain; one that is not there is dropped already.</summary>
    public TableName? DropsIndex { get; init; }

    /// <summary>A query for a few of the rows that keep the statement from succeeding, each in words; null when no row can.</summary>
    public string? Offenders { get; init; }

    /// <summary>The strongest of <see cref="Locks"/>, or null when nothing that exists is locked.</summary>
    public LockMode? StrongestLock => Locks.IsEmpty ? null : Locks.Max(held => held.Mode);

    /// <inheritdoc/>
    public bool Equals(Step? other) => other is not null && Sql == other.Sql && Locks.SequenceEqual(other.Locks)
        && Purpose == other.Purpose && Effect == other.Effect && Undo == other.Undo
        && BuildsIndex == other.BuildsIndex && DropsIndex == other.DropsIndex && Offenders == other.Offenders;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sql, Locks.Length, Effect);
}
