using Lockkeeper.Backfill.State;
using Lockkeeper.Backfill.Steering;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>What the workers of one run share. All of it may be used by several at once.</summary>
internal sealed record BackfillRun
{
    public required NpgsqlDataSource DataSource { get; init; }

    public required BackfillJob Job { get; init; }

    public required BackfillOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public required JobStore Jobs { get; init; }

    public required ProgressBoard Board { get; init; }

    public required GrowthWatch Growth { get; init; }

    public required BlockerWatch Watch { get; init; }

    public required Gate Gate { get; init; }

    public required ReportedAs ReportedAs { get; init; }

    /// <summary>Whether the rows are compared with their expressions: with a marker afterwards, with a condition as they are written.</summary>
    public bool Verify { get; init; }

    /// <summary>Where rows are compared as they are written: true for one that is stored with other values than its expressions say, as SQL.</summary>
    public string? Check { get; init; }

    /// <summary>
    /// Whether a row that is filled is marked with NULL, so that it can be told from rows that clients wrote. In partitions it is those that have the NULL.
    /// </summary>
    public bool MarksWithNull(ClaimedRange range) => Verify && !range.IsPartition;
}
