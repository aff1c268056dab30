using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Versions;

/// <summary>One view of a version that is there.</summary>
/// <param name="Name">Its name, which is the table's once the version is complete.</param>
/// <param name="Columns">Its columns, in the order in which clients meet them.</param>
internal sealed record ShownView(Identifier Name, ImmutableArray<Identifier> Columns)
{
    public bool Equals(ShownView? other) => other is not null && Name == other.Name && Columns.SequenceEqual(other.Columns);

    public override int GetHashCode() => HashCode.Combine(Name, Columns.Length);
}
