using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Lockkeeper.Cli.Output.Json.Diagnosing;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Cli.Running;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Diagnosing;

namespace Lockkeeper.Cli.Commands;

/// <summary>Checks a server for what goes wrong most often.</summary>
internal static class DiagnoseCommand
{
    public static Command Create(CommandContext context)
    {
        var only = new Option<string[]>("--only") { HelpName = "check", Description = "Run this check alone; may be given several times" };
        var threshold = new Option<string[]>("--threshold")
        {
            HelpName = "check=yellow,red",
            Description = "From which values on a check is yellow and red; may be given several times",
        };
        var command = new Command("diagnose", "Check locks, forgotten transactions, indexes and what fills up; exits with 20 for yellow and 21 for red") { only, threshold };
        command.SetWork(context, (run, cancellationToken) => RunAsync(
            run,
            new DiagnoseOptions
            {
                Only = [.. run.Parsed.GetValue(only) ?? []],
                Thresholds = (run.Parsed.GetValue(threshold) ?? []).Select(Read).ToImmutableSortedDictionary(StringComparer.Ordinal),
            },
            cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, DiagnoseOptions options, CancellationToken cancellationToken)
    {
        var doctor = new LockDoctor(run.DataSource, new LockDoctorOptions(), run.Context.Time, run.Logs);
        var diagnosis = await doctor.DiagnoseAsync(options, cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(DiagnoseOutput.Of(diagnosis), json => json.DiagnoseOutput);
        }
        else
        {
            foreach (var line in DiagnosisText.Lines(diagnosis, run.Reporter.Data.Console.Profile.Width))
            {
                run.Reporter.Data.Line(line);
            }
        }

        if (diagnosis.CutShort is { } reason)
        {
            run.Reporter.Warn($"The server went away before every check was made: {reason.TrimEnd('.')}. What had been looked at is shown.");
        }

        return diagnosis.Level switch
        {
            _ when diagnosis.CutShort is not null => ExitCode.CannotConnect,
            CheckLevel.Red => ExitCode.Red,
            CheckLevel.Yellow => ExitCode.Yellow,
            _ => ExitCode.Done,
        };
    }

    private static KeyValuePair<string, Thresholds> Read(string text)
    {
        var parts = text.Split('=', ',');
        return parts.Length == 3 && Number(parts[1]) is { } yellow && Number(parts[2]) is { } red
            ? KeyValuePair.Create(parts[0], new Thresholds(yellow, red))
            : throw new UsageException($"--threshold takes check=yellow,red, such as queue-depth=3,10; \"{text}\" was given.");
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
