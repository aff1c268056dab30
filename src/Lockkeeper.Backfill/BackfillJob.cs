using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill;

/// <summary>What is to be filled: every row of a table whose marker is still true, or that fits a condition.</summary>
/// <remarks>
/// <para>
/// With a marker: before the job is run, the columns, the marker and the trigger that carries over what clients write must be committed:
/// only then is the table's length a bound for the rows that need the backfill.
/// </para>
/// <para>
/// With a condition: the rows are updated as a client would update them. Triggers fire, foreign keys are checked, and a row must not fit
/// the condition any more when it has been updated.
/// </para>
/// </remarks>
public sealed record BackfillJob
{
    /// <summary>The job's key in the state tables; running a job of the same name again continues it.</summary>
    public required string Name { get; init; }

    /// <summary>The table. If it is partitioned, the work is its leaves.</summary>
    public required TableName Table { get; init; }

    /// <summary>The boolean column that is true while a row still needs the backfill; null where <see cref="Condition"/> tells.</summary>
    public Identifier? Marker { get; init; }

    /// <summary>
    /// Which rows need it, where no marker tells: SQL text in the manner of <see cref="BackfillAssignment.Expression"/>. Filling a row makes it false.
    /// </summary>
    public string? Condition { get; init; }

    /// <summary>In which order rows that fit the condition are updated as far as possible; null for the order in which they lie, which is the quickest.</summary>
    public BackfillOrder? Order { get; init; }

    /// <summary>What each row gets; empty if only the marker is to be cleared.</summary>
    public required ImmutableArray<BackfillAssignment> Assignments { get; init; }

    /// <summary>Two jobs are equal when all their parts are, the assignments one by one.</summary>
    /// <param name="other">The other job.</param>
    public bool Equals(BackfillJob? other) =>
        other is not null
        && Name == other.Name
        && Table == other.Table
        && Marker == other.Marker
        && Condition == other.Condition
        && Order == other.Order
        && Assignments.SequenceEqual(other.Assignments);

    /// <summary>Whether rows are told by a condition, and updated as a client would.</summary>
    internal bool IsPlain => Marker is null;

    /// <summary>True for a row that still needs the backfill, as SQL over <c>lockkeeper_row</c>.</summary>
    internal string Pending => Marker is { } marker ? $"lockkeeper_row.{marker}" : $"(({Condition}) IS TRUE)";

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Table, Marker, Assignments.Length);
}
