using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Locks.Listing;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Lists;

/// <summary>A list as a table whose last wide column gets the room that is left.</summary>
internal static class ListTable
{
    private const int WidestPiped = 200;
    private const int WidestText = 32;
    private const int LeastForQuery = 16;
    private const int LeastForText = 8;

    public static void Write(Screen screen, ListResult list)
    {
        if (list.Rows.IsEmpty)
        {
            screen.Line($"[green]{Shown.Line(list.Title)}: none.[/]");
            return;
        }

        var room = Math.Min(screen.Console.Profile.Width, WidestPiped);
        var cells = list.Rows.Select(row => list.Columns.Select((column, i) => Text(column.Kind, row[i])).ToArray()).ToArray();
        var widths = Widths(list.Columns, cells, room);
        screen.Line($"[dim]{Shown.Line(list.Title)}[/]");
        screen.Line($"[bold]{Markup.Escape(Row(list.Columns, [.. list.Columns.Select(c => c.Name.Replace('_', ' '))], widths))}[/]");
        foreach (var row in cells)
        {
            var (shown, below) = Below(list.Columns, row, widths);
            screen.Line(Markup.Escape(Row(list.Columns, shown, widths)));
            if (below is not null)
            {
                screen.Line($"  [blue]{Markup.Escape(below)}[/]");
            }
        }
    }

    // A statement that is there to be copied is no use when it is cut, so it gets a line of its own.
    private static (string[] Row, string? Below) Below(ImmutableArray<ListColumn> columns, string[] row, int[] widths) =>
        columns[^1].Name == "statement" && row[^1].Length > widths[^1] ? ([.. row[..^1], ""], row[^1]) : (row, null);

    private static int[] Widths(ImmutableArray<ListColumn> columns, string[][] cells, int room)
    {
        var widths = columns.Select((column, i) => Math.Min(
            cells.Max(row => row[i].Length) is var widest && column.Kind == ListColumnKind.Text ? Math.Min(widest, WidestText) : widest,
            room)).Select((width, i) => Math.Max(width, columns[i].Name.Length)).ToArray();
        if (columns.FirstOrDefault(column => column.Kind == ListColumnKind.Query) is { } query)
        {
            var at = columns.IndexOf(query);
            widths[at] = LeastForQuery;
            Shrink(columns, widths, room);
            widths[at] = Math.Max(LeastForQuery, room - (widths.Sum(width => width + 2) - LeastForQuery - 2));
        }

        return widths;
    }

    // Numbers stay whole; the widest text gives way first.
    private static void Shrink(ImmutableArray<ListColumn> columns, int[] widths, int room)
    {
        while (widths.Sum(width => width + 2) - 2 > room)
        {
            var widest = Enumerable.Range(0, widths.Length).Where(i => columns[i].Kind == ListColumnKind.Text).MaxBy(i => widths[i]);
            if (columns[widest].Kind != ListColumnKind.Text || widths[widest] <= LeastForText)
            {
                return;
            }

            widths[widest]--;
        }
    }

    private static string Row(ImmutableArray<ListColumn> columns, string[] cells, int[] widths) => string.Join("  ", columns.Select((column, i) =>
        column.Kind is ListColumnKind.Text or ListColumnKind.Query
            ? WrappedText.Cut(cells[i], widths[i]).PadRight(i == columns.Length - 1 ? 0 : widths[i])
            : cells[i].PadLeft(widths[i]))).TrimEnd();

    private static string Text(ListColumnKind kind, object? value) => (kind, value) switch
    {
        (_, null) => "-",
        (ListColumnKind.Count, double number) => number.ToString("0", CultureInfo.InvariantCulture),
        (ListColumnKind.Percent, double number) => number.ToString("0.0", CultureInfo.InvariantCulture) + " %",
        (ListColumnKind.Milliseconds, double number) => Amounts.Duration(TimeSpan.FromMilliseconds(number)),
        (ListColumnKind.Bytes, double number) => Bytes(number),
        _ => Shown.Bare((string)value, keepLines: false),
    };

    private static string Bytes(double bytes) => bytes switch
    {
        < 10 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.#} kB"),
        < 10 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0} kB"),
        < 10d * 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024 / 1024:0} GB"),
    };
}
