using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite;

/// <summary>What became of the rows of one input.</summary>
/// <param name="Table">The table.</param>
/// <param name="Kind">What was asked for.</param>
public sealed record ChangeReport(TableName Table, ChangeKind Kind)
{
    /// <summary>Rows handed over, duplicates included.</summary>
    public long Given { get; init; }

    /// <summary>Rows that went into another row of the same key before anything was sent.</summary>
    public long Duplicates { get; init; }

    /// <summary>Rows that are new.</summary>
    public long Inserted { get; init; }

    /// <summary>Rows that were there and changed.</summary>
    public long Updated { get; init; }

    /// <summary>Rows that were there and already as asked for; they were not rewritten.</summary>
    public long Unchanged { get; init; }

    /// <summary>Rows that were there and left alone: by insert-or-ignore, or because a condition did not hold (or held and nothing differed).</summary>
    public long Skipped { get; init; }

    /// <summary>Rows that are gone.</summary>
    public long Deleted { get; init; }

    /// <summary>Rows that were locked and not written.</summary>
    public long Locked { get; init; }

    /// <summary>Keys that were not there.</summary>
    public long NotFound { get; init; }
}
