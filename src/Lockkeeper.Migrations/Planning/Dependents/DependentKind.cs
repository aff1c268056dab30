namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What can follow a column to its copy, in the order in which it is made again.</summary>
internal enum DependentKind
{
    /// <summary>A row security policy, of whichever table.</summary>
    Policy,

    /// <summary>A trigger of the table with a list of columns or a condition.</summary>
    Trigger,

    /// <summary>Extended statistics.</summary>
    Statistics,

    /// <summary>A publication with a list of columns or a condition for rows.</summary>
    Publication,

    /// <summary>A view, or a view over such views.</summary>
    View,

    /// <summary>A rule of the table, or of such a view.</summary>
    Rule,

    /// <summary>An INSTEAD OF trigger of such a view.</summary>
    ViewTrigger,
}
