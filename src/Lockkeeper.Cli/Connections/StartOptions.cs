using System.CommandLine;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Connections;

/// <summary>The options of commands that start migrations, among them those of pgroll that have no meaning here.</summary>
internal sealed class StartOptions
{
    // The library knows the upper bound as well; here the message names the option.
    private const int MostWorkers = 64;

    private readonly Option<bool> _complete;

    private readonly Option<string> _workers = new("--backfill-workers")
    {
        HelpName = "n",
        Description = "Sessions that fill rows at the same time [env: LOCKKEEPER_BACKFILL_WORKERS] [default: by the number of processors]",
    };

    private readonly Option<string> _batchSize = new("--backfill-batch-size") { Hidden = true, HelpName = "rows" };
    private readonly Option<string> _batchDelay = new("--backfill-batch-delay") { Hidden = true, HelpName = "duration" };

    private readonly Option<bool> _skipValidation = new("--skip-validation", "-s")
    {
        Hidden = true,
        Arity = ArgumentArity.Zero,
    };

    public StartOptions(Command command, string completeDescription)
    {
        _complete = new Option<bool>("--complete", "-c") { Description = completeDescription, Arity = ArgumentArity.Zero };
        command.Add(_complete);
        command.Add(_workers);
        command.Add(_batchSize);
        command.Add(_batchDelay);
        command.Add(_skipValidation);
    }

    public bool Complete(CommandRun run) => run.Parsed.GetValue(_complete);

    /// <summary>A migrator as the options want it; warns of those that do nothing.</summary>
    public Migrator CreateMigrator(CommandRun run)
    {
        Warn(run, _batchSize, "chunks are sized by the time they take, so that no client waits long");
        Warn(run, _batchDelay, "the backfill paces itself by the time its chunks take");
        Warn(run, _skipValidation, "a migration is always checked before anything is changed");
        var options = new MigratorOptions();
        var workers = run.Parsed.GetValue(_workers) ?? run.Context.Variable("LOCKKEEPER_BACKFILL_WORKERS");
        return run.CreateMigrator(workers is null ? options : options with
        {
            Backfill = options.Backfill with { Workers = Numbers.Read(workers, 1, MostWorkers, "--backfill-workers", "sessions") },
        });
    }

    private static void Warn(CommandRun run, Option option, string reason)
    {
        if (run.Parsed.GetResult(option) is { Implicit: false })
        {
            run.Reporter.Warn($"{option.Name} does nothing here: {reason}.");
        }
    }
}
