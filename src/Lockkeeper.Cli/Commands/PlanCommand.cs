using System.CommandLine;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Plans;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows what a migration would do.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandContext context)
    {
        var path = new Argument<string>("file") { Description = "The migration: a .json, .yaml or .yml file; with --squash, the folder" };
        var squash = new Option<bool>("--squash")
        {
            Description = "Show what \"migrate --squash\" would do with a folder's missing migrations",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command("plan", "Show every statement a migration would run, its lock and what that blocks; changes nothing") { path, squash };
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var named = run.Parsed.GetRequiredValue(path);
            var migration = run.Parsed.GetValue(squash)
                ? await SquashedAsync(run, named, cancellationToken)
                : await Migration.LoadAsync(named, cancellationToken);
            if (migration is null)
            {
                run.Reporter.Say("The database is up to date: no migration is missing.");
                return ExitCode.Done;
            }

            Show(run, await run.Migrator.PlanAsync(migration, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<Migration?> SquashedAsync(CommandRun run, string folder, CancellationToken cancellationToken) =>
        await new MigrationSource(run).MissingAsync(folder, cancellationToken) is { IsEmpty: false } missing ? Migration.Squash(missing) : null;

    private static void Show(CommandRun run, MigrationPlan plan)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(PlanOutput.Of(plan), json => json.PlanOutput);
        }
        else
        {
            PlanView.Write(run.Reporter.Data, plan);
        }
    }
}
