namespace Lockkeeper.Model.Catalog;

/// <summary>The kinds of table constraint, in the order in which <c>pg_constraint.contype</c> is documented.</summary>
public enum ConstraintKind
{
    /// <summary>A check constraint.</summary>
    Check,

    /// <summary>A foreign key.</summary>
    ForeignKey,

    /// <summary>The primary key.</summary>
    PrimaryKey,

    /// <summary>A unique constraint.</summary>
    Unique,

    /// <summary>An exclusion constraint.</summary>
    Exclusion,
}
