using System.Collections.Immutable;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Statements of the user's own, run as they are.</summary>
/// <param name="Up">What is run.</param>
/// <param name="Down">What undoes it, or null.</param>
/// <param name="OnComplete">Whether it waits for completion.</param>
internal sealed record UserSql(string Up, string? Down, bool OnComplete)
{
    /// <summary>Whether they were tried, and undone, while planning: then it is known what they make of the schema.</summary>
    public bool IsRehearsed { get; init; }

    /// <summary>What they locked then.</summary>
    public ImmutableArray<TableLock> Locks { get; init; } = [];

    public bool Equals(UserSql? other) => other is not null && Up == other.Up && Down == other.Down && OnComplete == other.OnComplete
        && IsRehearsed == other.IsRehearsed && Locks.SequenceEqual(other.Locks);

    public override int GetHashCode() => HashCode.Combine(Up, Down, OnComplete);
}
