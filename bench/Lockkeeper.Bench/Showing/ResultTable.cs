using Lockkeeper.Bench.Measuring;
using Spectre.Console;

namespace Lockkeeper.Bench.Showing;

/// <summary>The result for a terminal.</summary>
internal static class ResultTable
{
    public static Table Of(Report report)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var header in Rows.Header)
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        table.Columns[1].LeftAligned();
        foreach (var result in report.Results)
        {
            table.AddRow([.. Rows.Of(report, result).Select(Markup.Escape)]);
        }

        return table;
    }
}
