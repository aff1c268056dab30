using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Foreign keys that operations before this one add: the server knows nothing of them yet.</summary>
internal static class PendingReferences
{
    /// <summary>Those that point at a column.</summary>
    public static IEnumerable<ColumnDependent> To(PlanningContext context, TableSnapshot table, ColumnSnapshot column) =>
        from other in context.Before.Tables.Values
        from key in other.Constraints
        where key.References is { } references && references.Table == context.Named(table) && references.ReferencedColumns.Contains(column.Name)
            && context.Present.Find(other.StoredAs)?.Constraints.Any(c => c.Name == key.Name && c.Kind == ConstraintKind.ForeignKey) != true
        select new ColumnDependent(column.StoredAs, "foreign key", $"{key.Name} of {other.Name}", context.Schema);
}
