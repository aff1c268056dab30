using System.Collections.Immutable;
using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Commands;

/// <summary>Brings files of older formats up to date.</summary>
internal static class UpdateCommand
{
    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("dir") { Description = "The folder of migration files" };
        var command = new Command("update", "Rewrite the files of a folder that are written in an older format; needs no database") { folder };
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, run.Parsed.GetRequiredValue(folder), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string folder, CancellationToken cancellationToken)
    {
        var updated = ImmutableArray.CreateBuilder<UpdatedOutput>();
        var problems = ImmutableArray.CreateBuilder<FormatProblem>();
        var files = Migration.FilesIn(folder);
        try
        {
            foreach (var path in files)
            {
                var found = await new FileUpdater(path).RunAsync(cancellationToken);
                problems.AddRange(found.Problems);
                if (found.Updated is { } file)
                {
                    updated.Add(file);
                    Show(run, file);
                }
            }
        }
        finally
        {
            // Whatever ends it, what was rewritten is said.
            Report(run, updated.ToImmutable());
        }

        if (updated.Count == 0 && problems.Count == 0 && !run.Reporter.IsJson)
        {
            run.Reporter.Say($"Every file of {folder} is up to date.");
        }

        return problems.Count == 0 ? ExitCode.Done : throw new UnreadableFilesException(problems.ToImmutable())
        {
            IsTrue = "These files are as they were; every other one is up to date.",
        };
    }

    private static void Show(CommandRun run, UpdatedOutput file)
    {
        foreach (var change in file.Changes)
        {
            run.Reporter.Say($"{file.File}: {change}");
        }

        if (file.KeptAs is { } kept)
        {
            run.Reporter.Warn($"Comments cannot be carried over; the file as it was is {kept}.");
        }
    }

    private static void Report(CommandRun run, ImmutableArray<UpdatedOutput> updated)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(new UpdateOutput(updated), json => json.UpdateOutput);
            return;
        }

        foreach (var file in updated)
        {
            run.Reporter.Data.Line(Shown.Line(file.File));
        }
    }
}
