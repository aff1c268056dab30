using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands.Backfill;

/// <summary>Pause, resume and cancel: a word to every process that works at a backfill, on whatever machine.</summary>
internal static class BackfillOrderCommands
{
    public static Command Pause(CommandContext context) => Create(
        context,
        new Command("pause", "Make a backfill stand still, holding nothing, until it is resumed"),
        (control, name, by, token) => control.PauseAsync(name, by, token),
        name => $"{name} is paused; \"lockkeeper backfill resume\" lets it go on.");

    public static Command Resume(CommandContext context) => Create(
        context,
        new Command("resume", "Let a paused backfill go on"),
        (control, name, by, token) => control.ResumeAsync(name, by, token),
        name => $"{name} goes on.");

    public static Command Cancel(CommandContext context)
    {
        var forget = new Option<bool>("--forget")
        {
            Description = "Forget how far it is, too; not for a backfill of a migration, which goes with its migration",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command("cancel", "End a backfill on every machine; what is filled stays, and running it again goes on") { forget };
        var argument = new NameArgument(command);
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var control = new BackfillControl(run.DataSource);
            var backfill = await argument.FindAsync(run, cancellationToken);
            if (run.Parsed.GetValue(forget))
            {
                RefuseMigrations(backfill);
                await control.ForgetAsync(backfill.Name, cancellationToken);
                Report(run, "cancel", backfill.Name, $"{backfill.Name} is forgotten. What it has updated stays.");
                return ExitCode.Done;
            }

            await control.CancelAsync(backfill.Name, By(run), cancellationToken);
            Report(run, "cancel", backfill.Name, backfill.IsPlain
                ? $"{backfill.Name} ends. \"lockkeeper backfill run\" of the same file goes on where it stopped."
                : $"{backfill.Name} ends, and with it the run of its migration. \"lockkeeper resume\" goes on where it stopped; \"lockkeeper rollback\" undoes the start.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Create(
        CommandContext context,
        Command command,
        Func<BackfillControl, string, string, CancellationToken, Task> order,
        Func<string, string> sentence)
    {
        var argument = new NameArgument(command);
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var backfill = await argument.FindAsync(run, cancellationToken);
            await order(new BackfillControl(run.DataSource), backfill.Name, By(run), cancellationToken);
            Report(run, command.Name, backfill.Name, sentence(backfill.Name));
            return ExitCode.Done;
        });
        return command;
    }

    // Whoever wonders why it stands still wants to know whom to ask.
    private static string By(CommandRun run) => $"{run.Context.Variable("USER", "USERNAME") ?? "somebody"} at {Environment.MachineName}";

    private static void RefuseMigrations(BackfillStatus backfill)
    {
        if (!backfill.IsPlain)
        {
            throw new RefusedException(
                ErrorCodes.BackfillOfMigration,
                $"{backfill.Name} belongs to a migration, whose rows would be left half filled.",
                "Leave --forget out; \"lockkeeper rollback\" then undoes the migration, and its backfill with it.");
        }
    }

    private static void Report(CommandRun run, string order, string name, string sentence)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(new BackfillOrderOutput(order, name), json => json.BackfillOrderOutput);
        }
        else
        {
            run.Reporter.Data.Line(Output.Shown.Line(sentence));
        }
    }
}
