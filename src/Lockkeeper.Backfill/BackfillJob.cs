using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill;

/// <summary>What is to be filled: every row of a table whose marker is still true.</summary>
/// <remarks>
/// Before a job is run, the columns, the marker and the trigger that carries over what clients write must be committed:
/// only then is the table's length a bound for the rows that need the backfill.
/// </remarks>
public sealed record BackfillJob
{
    /// <summary>The job's key in the state tables; running a job of the same name again continues it.</summary>
    public required string Name { get; init; }

    /// <summary>The table. If it is partitioned, the work is its leaves.</summary>
    public required TableName Table { get; init; }

    /// <summary>The boolean column that is true while a row still needs the backfill.</summary>
    public required Identifier Marker { get; init; }

    /// <summary>What each row gets; empty if only the marker is to be cleared.</summary>
    public required ImmutableArray<BackfillAssignment> Assignments { get; init; }

    /// <summary>Two jobs are equal when all their parts are, the assignments one by one.</summary>
    /// <param name="other">The other job.</param>
    public bool Equals(BackfillJob? other) =>
        other is not null
        && Name == other.Name
        && Table == other.Table
        && Marker == other.Marker
        && Assignments.SequenceEqual(other.Assignments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Table, Marker, Assignments.Length);
}
