using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>A foreign key that points at a column.</summary>
/// <param name="Child">Its table.</param>
/// <param name="Key">The foreign key.</param>
/// <param name="Stored">The table's own name.</param>
/// <param name="Named">Its name when this operation's part of completion runs.</param>
internal sealed record PointingKey(TableSnapshot Child, ConstraintSnapshot Key, TableName Stored, TableName Named)
{
    /// <summary>Its columns, as they are stored.</summary>
    public ImmutableArray<Identifier> StoredColumns => [.. Key.Columns.Select(name => Child.Find(name)!.StoredAs)];

    public string Description => $"{Key.Name} of {Stored}";
}
