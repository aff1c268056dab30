using System.Collections.Immutable;
using System.CommandLine;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Progress;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Commands;

/// <summary>Takes a database over from pgroll.</summary>
internal static class AdoptCommand
{
    public const string Name = "adopt";

    public static Command Create(CommandContext context)
    {
        var drop = new Option<bool>("--drop-pgroll")
        {
            Description = "Drop pgroll's event triggers and its schema too; needs the rights of their owner",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command(Name, "Take a database over from pgroll: its history is imported, its versions go on serving") { drop };
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var options = new MigratorOptions { Schema = run.Settings.Schema };
            var adopter = new PgrollAdopter(
                run.DataSource, options with { LockTimeout = run.Settings.LockTimeout ?? options.LockTimeout }, context.Time);
            var pgroll = Settings.PgrollSchemaOf(run.Parsed, context);
            Report(run, await adopter.AdoptAsync(pgroll, run.Parsed.GetValue(drop), new AwaitedLocks(run.Reporter), cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Report(CommandRun run, AdoptionReport report)
    {
        foreach (var unsure in report.Unsure)
        {
            run.Reporter.Warn(unsure);
        }

        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(AdoptOutput.Of(report), json => json.AdoptOutput);
            return;
        }

        ShowImported(run, report.Imported);
        ShowRemains(run, report);
    }

    private static void ShowImported(CommandRun run, ImmutableArray<AdoptedMigration> imported)
    {
        var schema = Shown.Line(run.Settings.Schema.ToString());
        if (imported.IsEmpty)
        {
            run.Reporter.Data.Line($"The history of {schema} was imported already.");
            return;
        }

        foreach (var migration in imported)
        {
            run.Reporter.Data.Line(Shown.Line(migration.Kind == "pgroll" ? migration.Name : $"{migration.Name} ({migration.Kind})"));
        }

        run.Reporter.Data.Line($"The history of {schema} is Lockkeeper's now.");
        if (imported.Any(migration => migration.IsInferred))
        {
            run.Reporter.Remark("What pgroll inferred has no files: lockkeeper pull DIR writes them.");
        }
    }

    private static void ShowRemains(CommandRun run, AdoptionReport report)
    {
        if (report.IsPgrollDropped)
        {
            run.Reporter.Data.Line("pgroll's event triggers and its schema are gone.");
            return;
        }

        if (!report.EventTriggers.IsEmpty)
        {
            var triggers = string.Join(", ", report.EventTriggers.Select(trigger => trigger.Value));
            run.Reporter.Warn($"pgroll's event triggers go on writing down every change of any schema ({triggers}), and fail those that overlap.");
        }

        run.Reporter.Say("To remove pgroll, run \"lockkeeper adopt --drop-pgroll\", or as a superuser:");
        foreach (var statement in report.Removal)
        {
            run.Reporter.Say($"    {statement};");
        }
    }
}
