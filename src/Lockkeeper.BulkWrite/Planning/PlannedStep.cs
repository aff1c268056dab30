using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>One statement of a unit.</summary>
internal sealed class PlannedStep
{
    public required StepKind Kind { get; init; }

    public required string Sql { get; init; }

    /// <summary>What it is for, for people.</summary>
    public required string Purpose { get; init; }

    public TableName? Table { get; init; }

    /// <summary>The input that it writes, stages or looks for.</summary>
    public int? Change { get; init; }

    public RowLock? Mode { get; init; }

    /// <summary>The counters for which it gives two arrays each, keys and amounts, behind its own numbers.</summary>
    public ImmutableArray<Followed> Followed { get; init; } = [];

    public ImmutableArray<StepSource> Sources { get; init; } = [];
}
