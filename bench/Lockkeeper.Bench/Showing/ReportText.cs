using System.Globalization;
using System.Text;
using System.Text.Json;
using Lockkeeper.Bench.Measuring;

namespace Lockkeeper.Bench.Showing;

/// <summary>The result for files.</summary>
internal static class ReportText
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Json(Report report) => JsonSerializer.Serialize(report, Options) + "\n";

    public static string Markdown(Report report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"PostgreSQL {report.Postgres}, {report.Processors} processors, {report.Rows:N0} rows, medians of {report.Runs} runs.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Rows.Header)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"|{string.Concat(Rows.Header.Select((_, i) => i == 1 ? "---|" : "--:|"))}\n");
        foreach (var result in report.Results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Rows.Of(report, result))} |\n");
        }

        return text.ToString();
    }
}
