using System.Collections.Immutable;
using Lockkeeper.Bench.Measuring;
using Spectre.Console;

namespace Lockkeeper.Bench.Showing;

/// <summary>The result for a terminal.</summary>
internal static class ResultTable
{
    public static Table Of(Report report) => Of(Rows.Header, report.Results.Select(result => Rows.Of(report, result)));

    public static Table OfWrites(Report report) => Of(Rows.WriteHeader, report.Writes.Select(result => Rows.Of(report, result)));

    private static Table Of(ImmutableArray<string> headers, IEnumerable<ImmutableArray<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var header in headers)
        {
            table.AddColumn(new TableColumn(header).RightAligned().NoWrap());
        }

        table.Columns[1].LeftAligned();
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        return table;
    }
}
