using Lockkeeper.Backfill;
using Lockkeeper.Cli.Demo.Checking;
using Lockkeeper.Cli.Demo.Clients;
using Lockkeeper.Cli.Demo.Measuring;

namespace Lockkeeper.Cli.Demo;

/// <summary>What the demo found.</summary>
/// <param name="Rows">How many rows the table had when the clients began.</param>
/// <param name="Migrating">How long start and complete took together.</param>
/// <param name="Backfill">What the backfill says of itself.</param>
/// <param name="Before">The table before the migration.</param>
/// <param name="After">The table after it.</param>
/// <param name="Traffic">What the clients did.</param>
/// <param name="Check">Whether every row is what it must be.</param>
internal sealed record DemoReport(
    int Rows, TimeSpan Migrating, BackfillReport Backfill, TableReading Before, TableReading After, TrafficMeter Traffic, CheckResult Check)
{
    /// <summary>Rows for each second of the whole migration, not of the backfill alone.</summary>
    public double RowsPerSecond => Rows / Migrating.TotalSeconds;

    /// <summary>How many of the updates, the clients' included, wrote the new version of the row on the same page.</summary>
    public double HotShare => After.Updates == Before.Updates
        ? 0
        : (double)(After.HotUpdates - Before.HotUpdates) / (After.Updates - Before.Updates);

    public long Deadlocks => After.Deadlocks - Before.Deadlocks;

    /// <summary>Whether what is promised was kept.</summary>
    public bool IsKept => Traffic.Failed == 0 && Check is { LostWrites: 0, WrongRows: 0 };

    public ExitCode ExitCode => IsKept ? ExitCode.Done : ExitCode.NotKept;
}
