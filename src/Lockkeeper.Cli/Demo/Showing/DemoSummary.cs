using System.Globalization;
using Lockkeeper.Cli.Output;
using Spectre.Console;

namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>What came of the demo, as a table and a verdict.</summary>
internal static class DemoSummary
{
    private const long Megabyte = 1_000_000;

    public static void Write(Screen screen, DemoReport report)
    {
        screen.Line();
        screen.Write(TableOf(report, screen.Console.Profile.Capabilities.Unicode));
        WriteList(screen, "first failures", report.Traffic.FirstFailures);
        WriteList(screen, "first differences", report.Check.Examples);
        screen.Line(report.IsKept
            ? "[green bold]Kept:[/] no statement failed, no write was lost, and every row is right."
            : "[red bold]Not kept.[/] This is a bug of Lockkeeper; please report it.");
    }

    private static Table TableOf(DemoReport report, bool unicode)
    {
        var table = new Table
        {
            Border = unicode ? TableBorder.Rounded : TableBorder.Ascii,
            ShowHeaders = false,
        };
        table.AddColumn("").AddColumn(new TableColumn("").RightAligned()).AddColumn("");
        Row("rows", Amounts.Count(report.Rows), "in the table when the clients began");
        Row("migration", Amounts.Duration(report.Migrating), $"start and complete: {Amounts.Rate(report.RowsPerSecond)}");
        Row("backfill", Amounts.Duration(report.Backfill.Elapsed), $"{Amounts.Rows(report.Backfill.Rows)} in {Amounts.Count(report.Backfill.Chunks)} short transactions");
        Row("table", $"{Size(report.After.Bytes)} MB", $"with its indexes; {Size(report.Before.Bytes)} MB before");
        Row("HOT updates", Amounts.Percent(report.HotShare), "on the same page, into no index");
        table.AddEmptyRow();
        Row("clients' statements", Amounts.Count(report.Traffic.Statements), $"to {Amounts.Rows(report.Check.RowsWritten)}");
        Row("longest stall", Amounts.Duration(report.Traffic.Longest.Time), StallOf(report));
        Row("failed statements", Judged(report.Traffic.Failed), "");
        Row("lost writes", Judged(report.Check.LostWrites), $"{Amounts.Rows(report.Check.RowsCompared)} compared");
        Row("wrong rows", Judged(report.Check.WrongRows), "of those that no client wrote");
        Row("deadlocks", Judged(report.Deadlocks), "");
        return table;

        void Row(string name, string value, string remark) => table.AddRow($"[bold]{name}[/]", value, $"[dim]{remark}[/]");
    }

    private static string StallOf(DemoReport report) => report.Traffic.Longest is { Sql.Length: > 0 } longest
        ? $"{Shown.Short(longest.Sql.Split(' ')[0])}, during: {Shown.Line(longest.Step)}"
        : "";

    private static string Judged(long bad) => bad == 0 ? "[green]0[/]" : $"[red bold]{Amounts.Count(bad)}[/]";

    private static string Size(long bytes) => ((double)bytes / Megabyte).ToString("0.0", CultureInfo.InvariantCulture);

    private static void WriteList(Screen screen, string title, IReadOnlyCollection<string> lines)
    {
        if (lines.Count > 0)
        {
            screen.Line($"[red]{title}:[/]");
        }

        foreach (var line in lines)
        {
            screen.Line($"  {Shown.Line(line)}");
        }
    }
}
