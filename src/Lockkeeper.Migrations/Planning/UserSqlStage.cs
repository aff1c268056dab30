using System.Collections.Immutable;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The user's own statements, as they are: what they lock and change is known only where they could be tried beforehand.</summary>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Sql">The statements.</param>
public sealed record UserSqlStage(string Title, string Sql) : Stage(Title)
{
    /// <summary>What undoes them, or null.</summary>
    public string? Down { get; init; }

    /// <summary>The number of the start's stage that they undo; null for those that undo nothing.</summary>
    public int? Undoes { get; init; }

    /// <summary>Whether they were tried, and undone, while the plan was made.</summary>
    public bool IsRehearsed { get; init; }

    /// <summary>The strongest lock that they took on each relation then.</summary>
    public ImmutableArray<TableLock> Locks { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(UserSqlStage? other) => other is not null && Title == other.Title && Sql == other.Sql && Down == other.Down
        && Undoes == other.Undoes && IsRehearsed == other.IsRehearsed && Locks.SequenceEqual(other.Locks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Title, Sql, Down, Undoes);
}
