using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output;

/// <summary>What a verb has done, in a sentence that goes to standard output, and what follows from it, which is talk.</summary>
internal static class ResultText
{
    public static void Write(Reporter reporter, MigrationReport report)
    {
        reporter.Data.Line(SentenceOf(report));
        foreach (var note in report.Notes)
        {
            reporter.Remark($"Note: {note}");
        }

        WriteDrift(reporter, report);
        if (StatusView.NextAfter(report.State) is { } next)
        {
            reporter.Remark($"Next: {next}.");
        }
    }

    public static void WriteDrift(Reporter reporter, MigrationReport report)
    {
        foreach (var difference in report.Drift)
        {
            reporter.Warn($"The schema is not as planned: {difference}");
        }
    }

    private static string SentenceOf(MigrationReport report)
    {
        var name = Shown.Line(report.Squashed.IsEmpty ? report.Migration : $"{string.Join(", ", report.Squashed)} and {report.Migration} as one");
        var took = Amounts.Duration(report.Elapsed);
        return report.State switch
        {
            MigrationState.Started when report.VersionSchema is { } version =>
                $"Started {name} in {took}. Clients reach the new version with search_path = {Shown.Line(version.ToString())}; the old one serves on.",
            MigrationState.Started => $"Started {name} in {took}.",
            MigrationState.Complete when report.VersionSchema is { } version =>
                $"Completed {name} in {took}. The version is {Shown.Line(version.ToString())}.",
            MigrationState.Complete => $"Completed {name} in {took}.",
            MigrationState.None when !report.Notes.IsEmpty => $"Rolled {name} back in {took}. Not all that its SQL made is gone.",
            MigrationState.None => $"Rolled {name} back in {took}. The schema is as it was before.",
            _ => $"{name} is {report.State} after {took}.",
        };
    }
}
