using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Bench.Measuring;

namespace Lockkeeper.Bench.Showing;

/// <summary>The cells of the result, the same for the terminal and for Markdown.</summary>
internal static class Rows
{
    private const double Megabyte = 1_000_000;

    public static ImmutableArray<string> Header { get; } =
        ["indexes", "way", "seconds", "processor s", "rows/s", "compared", "table, MB", "indexes, MB", "WAL, MB", "HOT"];

    public static ImmutableArray<string> Of(Report report, Result result)
    {
        var speed = result.Median(m => m.RowsPerSecond);
        var compared = speed / report.BaseOf(result).Median(m => m.RowsPerSecond);
        return
        [
            Text($"{result.Indexes}"),
            result.Way,
            Text($"{result.Median(m => m.Seconds):0.0}"),
            Text($"{result.Median(m => m.ServerSeconds):0.0}"),
            Text($"{speed:N0}"),
            Text($"{compared:0.0}x"),
            Text($"{result.Median(m => m.TableBytesBefore) / Megabyte:N0} to {result.Median(m => m.TableBytesAfter) / Megabyte:N0}"),
            Text($"{result.Median(m => m.IndexBytesAfter) / Megabyte:N0}"),
            Text($"{result.Median(m => m.WalBytes) / Megabyte:N0}"),
            Text($"{result.Median(m => m.HotShare):P0}"),
        ];
    }

    public static ImmutableArray<string> WriteHeader { get; } = ["updated column", "on the table", "seconds", "rows/s", "as long as without"];

    public static ImmutableArray<string> Of(Report report, WriteResult result)
    {
        var alone = report.Writes.First(other => other.Column == result.Column);
        return
        [
            result.Column,
            result.Triggers,
            Text($"{result.MedianSeconds:0.00}"),
            Text($"{result.Rows / result.MedianSeconds:N0}"),
            Text($"{result.MedianSeconds / alone.MedianSeconds:0.0}x"),
        ];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
