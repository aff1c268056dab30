using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Commands;

/// <summary>Checks a migration against the database without changing anything.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("validate", "Check a migration file against the database, expressions included; changes nothing");
        command.SetPlanning(context, Show);
        return command;
    }

    private static void Show(CommandRun run, MigrationPlan plan)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(
                new ValidateOutput(true, plan.Migration, plan.Schema.Value, plan.Notes, MigrationFormat.SchemaId), json => json.ValidateOutput);
            return;
        }

        foreach (var note in plan.Notes)
        {
            run.Reporter.Talk.Line($"[yellow]note:[/] {Shown.Line(note)}");
        }

        run.Reporter.Data.Line($"{Shown.Line(plan.Migration)} can be started on schema {Shown.Line(plan.Schema.ToString())}.");
    }
}
