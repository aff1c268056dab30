using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The index behind a primary key or unique constraint.</summary>
internal static class KeyIndex
{
    /// <summary>What follows ON table.</summary>
    public static string Definition(KeyConstraint key, IndexParameterFields index) => string.Concat(
        $"USING btree ({string.Join(", ", key.Columns)})",
        key.Include.IsEmpty ? "" : $" INCLUDE ({string.Join(", ", key.Include)})",
        key.NullsNotDistinct ? " NULLS NOT DISTINCT" : "",
        index.With);
}
