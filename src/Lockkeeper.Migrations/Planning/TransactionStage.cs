using System.Collections.Immutable;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Statements that are done in one short transaction, or not at all.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Steps">The statements, in order.</param>
public sealed record TransactionStage(string Title, ImmutableArray<Step> Steps) : Stage(Title)
{
    private readonly ImmutableArray<CarriedColumn> _carried = [];

    /// <summary>What the statements put back as it was when the plan was made: they are not run when it is not like that any more.</summary>
    public ImmutableArray<CarriedColumn> Carried
    {
        // A plan that was written down by an earlier release says nothing of it.
        get => _carried.IsDefault ? [] : _carried;
        init => _carried = value;
    }

    /// <summary>The strongest lock on each relation that the transaction takes, in the order in which it asks for them.</summary>
    /// <remarks>By name, so that two migrations that touch the same tables never wait for each other in a ring.</remarks>
    public ImmutableArray<TableLock> Locks =>
    [
        .. Steps.SelectMany(step => step.Locks)
            .GroupBy(held => held.Table)
            .Select(table => new TableLock(table.Key, table.Max(held => held.Mode)))
            .OrderBy(held => held.Table.ToString(), StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public bool Equals(TransactionStage? other) =>
        other is not null && Title == other.Title && Steps.SequenceEqual(other.Steps) && Carried.SequenceEqual(other.Carried);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Title, Steps.Length);
}
