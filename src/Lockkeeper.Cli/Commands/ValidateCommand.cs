using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Commands;

/// <summary>Checks a migration against the database without changing anything.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "The migration: a .json, .yaml or .yml file" };
        var command = new Command("validate", "Check a migration file against the database, expressions included; changes nothing") { file };
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, run.Parsed.GetRequiredValue(file), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string file, CancellationToken cancellationToken)
    {
        var migration = await Migration.LoadAsync(file, cancellationToken);
        var plan = await run.Migrator.PlanAsync(migration, cancellationToken);
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

        run.Reporter.Data.Line($"{Shown.Line(migration.Name)} can be started on schema {Shown.Line(plan.Schema.ToString())}.");
        return ExitCode.Done;
    }
}
