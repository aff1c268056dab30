using System.CommandLine;
using Lockkeeper.Cli.Asking;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Commands;

/// <summary>Writes a new migration file, asking for what goes into it.</summary>
internal static class CreateCommand
{
    private const string EmptyYaml = """
        # "lockkeeper validate" checks this file; docs/operations has a page for each operation.
        operations: []

        """;

    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("dir")
        {
            Description = "The folder that gets the file",
            DefaultValueFactory = _ => ".",
        };
        var name = new Option<string?>("--name", "-n") { HelpName = "name", Description = "The migration's name: its file is called by it" };
        var empty = new Option<bool>("--empty", "-e") { Description = "Ask nothing and write no operation", Arity = ArgumentArity.Zero };
        var command = new Command("create", "Write a new migration file, asking on a terminal for what goes into it; needs no database")
        {
            folder, name, empty,
        };
        command.SetWork(context, (run, cancellationToken) => RunAsync(
            run, run.Parsed.GetValue(folder) ?? ".", run.Parsed.GetValue(name), run.Parsed.GetValue(empty), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        CommandRun run, string folder, string? name, bool empty, CancellationToken cancellationToken)
    {
        var questions = new Questions(PromptConsole.Of(run), cancellationToken);
        if ((name is null || !empty) && !PromptConsole.CanAsk(run))
        {
            throw new UsageException(
                "create asks for what goes into the file, and there is no terminal to ask on. Give --name NAME and --empty for an empty file.");
        }

        if (name is not null)
        {
            MigrationFiles.CheckName(name);
            MigrationFiles.RefuseExisting(folder, name);
        }

        MigrationFiles.RefuseUnwritable(folder);
        name ??= await questions.NameAsync("Name of the migration, and of its file", typed => ProblemOf(folder, typed));
        var syntax = MigrationFiles.SyntaxOf(run);
        var path = MigrationFiles.PathOf(folder, name, syntax);
        var text = empty ? EmptyText(syntax) : MigrationFormat.Write(await new MigrationQuestions(questions).AskAsync(), syntax);
        await MigrationFiles.CreateAsync(path, text, cancellationToken);
        Report(run, path, text, empty);
        return ExitCode.Done;
    }

    private static string? ProblemOf(string folder, string name)
    {
        try
        {
            MigrationFiles.CheckName(name);
            MigrationFiles.RefuseExisting(folder, name);
            return null;
        }
        catch (UsageException unusable)
        {
            return unusable.Message;
        }
        catch (RefusedException taken)
        {
            return taken.Problem;
        }
    }

    private static string EmptyText(MigrationSyntax syntax) =>
        syntax == MigrationSyntax.Yaml ? EmptyYaml : MigrationFormat.Write("""{"operations": []}""", syntax);

    private static void Report(CommandRun run, string path, string text, bool empty)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(new FilesOutput([path]), json => json.FilesOutput);
        }
        else
        {
            run.Reporter.Data.Line(Shown.Line(path));
        }

        if (!empty)
        {
            WarnOfProblems(run, text, path);
        }
    }

    // Rules between fields are known to nobody but the reader; the file is there to be corrected.
    private static void WarnOfProblems(CommandRun run, string text, string path)
    {
        try
        {
            _ = Migration.Parse(text, path);
        }
        catch (MigrationFormatException incomplete)
        {
            foreach (var problem in incomplete.Problems)
            {
                run.Reporter.Warn(problem.ToString());
            }
        }
    }
}
