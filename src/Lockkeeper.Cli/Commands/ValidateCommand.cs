using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Checks a migration against the database without changing anything.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("validate", "Check a migration file against the database, expressions included; changes nothing");
        var file = new MigrationArgument(command);
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, file, cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, MigrationArgument file, CancellationToken cancellationToken)
    {
        var plan = await file.PlanAsync(run, cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(
                new ValidateOutput(true, plan.Migration, plan.Schema.Value, plan.Notes), json => json.ValidateOutput);
            return ExitCode.Done;
        }

        foreach (var note in plan.Notes)
        {
            run.Reporter.Talk.Line($"[yellow]note:[/] {Shown.Line(note)}");
        }

        run.Reporter.Data.Line($"{Shown.Line(plan.Migration)} can be started on schema {Shown.Line(plan.Schema.ToString())}.");
        return ExitCode.Done;
    }
}
