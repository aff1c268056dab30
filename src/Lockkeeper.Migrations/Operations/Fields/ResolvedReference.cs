using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A foreign key with the names that everything has now, and with those that it will have.</summary>
/// <param name="Stored">Before completion.</param>
/// <param name="Final">After it.</param>
/// <param name="IsLate">Whether what it points at is unique only by an index that this migration builds.</param>
/// <param name="IsThere">Whether the columns that it points at are there now.</param>
internal sealed record ResolvedReference(ForeignKey Stored, ForeignKey Final, bool IsLate, bool IsThere);
