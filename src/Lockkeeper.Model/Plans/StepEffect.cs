namespace Lockkeeper.Model.Plans;

/// <summary>What a statement does to the rows while it holds its lock.</summary>
public enum StepEffect
{
    /// <summary>Only the catalog changes: as quick on a large table as on a small one.</summary>
    CatalogOnly,

    /// <summary>Some rows are read, and on a large table no more than on a small one.</summary>
    Samples,

    /// <summary>Every row is read.</summary>
    Scans,

    /// <summary>Every row is written again, and every index with it.</summary>
    Rewrites,
}
