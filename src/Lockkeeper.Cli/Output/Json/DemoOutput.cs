using Lockkeeper.Cli.Demo;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>What the demo found.</summary>
internal sealed record DemoOutput(
    int Rows, double Seconds, double RowsPerSecond, long TableBytesBefore, long TableBytesAfter, double HotShare,
    long ClientStatements, long FailedStatements, double LongestStallMs, long LostWrites, long Deadlocks)
{
    public static DemoOutput Of(DemoReport report) => new(
        report.Rows, report.Migrating.TotalSeconds, report.RowsPerSecond, report.Before.Bytes, report.After.Bytes, report.HotShare,
        report.Traffic.Statements, report.Traffic.Failed, report.Traffic.Longest.Time.TotalMilliseconds, report.Check.LostWrites,
        report.Deadlocks);
}
