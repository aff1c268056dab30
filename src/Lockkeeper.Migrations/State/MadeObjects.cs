using System.Collections.Immutable;

namespace Lockkeeper.Migrations.State;

/// <summary>The objects that SQL of the user's made, as its own transaction wrote them down.</summary>
/// <param name="Transaction">The transaction's number, as its rows have it in <c>xmin</c>.</param>
/// <param name="All">The objects, without what comes and goes with one of them.</param>
internal sealed record MadeObjects(string Transaction, ImmutableArray<MadeObject> All)
{
    public bool Equals(MadeObjects? other) => other is not null && Transaction == other.Transaction && All.SequenceEqual(other.All);

    public override int GetHashCode() => HashCode.Combine(Transaction, All.Length);
}
