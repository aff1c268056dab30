using System.CommandLine;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Creates the tables in which Lockkeeper keeps its state.</summary>
internal static class InitCommand
{
    private const string StateSchema = "lockkeeper";

    public static Command Create(CommandContext context)
    {
        var command = new Command("init", "Create the state tables in the schema lockkeeper; safe to run again");
        command.SetWork(context, RunAsync);
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        await run.Migrator.InitializeAsync(cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(new InitOutput(true, StateSchema), json => json.InitOutput);
        }
        else
        {
            run.Reporter.Data.Line($"Initialized: the schema {StateSchema} holds the state.");
        }

        return ExitCode.Done;
    }
}
