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

    /// <summary>Whether rows are filled so that they can be compared afterwards.</summary>
    public bool Verify { get; init; }
}
