using System.Collections.Immutable;
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
        text.Append(CultureInfo.InvariantCulture, $"PostgreSQL {report.Postgres}, {report.Processors} processors, {report.Rows:N0} rows, medians of {report.Runs} runs. Made by\n\n");
        text.Append(CultureInfo.InvariantCulture, $"```sh\ndotnet run -c Release --project bench/Lockkeeper.Bench -- --rows {report.Rows} --runs {report.Runs}\n```\n\n");
        text.Append("on one server that flushes to disk (fsync, synchronous_commit and full_page_writes on; max_wal_size 8 GB, shared_buffers 512 MB), each time on a fresh copy of the same analysed table.\n\n");
        Append(text, Rows.Header, report.Results.Select(result => Rows.Of(report, result)));
        if (!report.Writes.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nUPDATE of every row of a table of {report.Writes.First().Rows:N0} rows by a client of the old version, once the rows are filled:\n\n");
            Append(text, Rows.WriteHeader, report.Writes.Select(result => Rows.Of(report, result)));
        }

        foreach (var result in report.Memory)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Sentence(result)}\n");
        }

        return text.ToString();
    }

    public static string Sentence(MemoryResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"lockkeeper start, in a process of its own, filled {result.Rows:N0} rows and was never larger than {result.PeakBytes / 1_000_000.0:N0} MB.");

    public static string Markdown(ImmutableArray<string> header, IEnumerable<ImmutableArray<string>> rows)
    {
        var text = new StringBuilder();
        Append(text, header, rows);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ImmutableArray<string> header, IEnumerable<ImmutableArray<string>> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", header)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"|{string.Concat(header.Select((_, i) => i == 1 ? "---|" : "--:|"))}\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        }
    }
}
