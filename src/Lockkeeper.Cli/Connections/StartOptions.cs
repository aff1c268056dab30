using System.CommandLine;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Connections;

/// <summary>The options of commands that start migrations, among them those of pgroll that have no meaning here.</summary>
internal sealed class StartOptions
{
    private readonly Option<bool> _complete;

    private readonly BackfillRunOptions _backfill;
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
        _backfill = new BackfillRunOptions(command, withVerify: true);
        command.Add(_batchSize);
        command.Add(_batchDelay);
        command.Add(_skipValidation);
    }

    public bool Complete(CommandRun run) => run.Parsed.GetValue(_complete);

    /// <summary>A migrator as the options want it; warns of those that do nothing.</summary>
    public Migrator CreateMigrator(CommandRun run)
    {
        Warn(run, _batchSize, "chunks are sized by the time they take, so that no client waits long; --chunk-time sets it");
        Warn(run, _batchDelay, "the backfill paces itself; --max-rate sets a ceiling, --throttle at what it stands still");
        Warn(run, _skipValidation, "a migration is always checked before anything is changed");
        return run.CreateMigrator(new MigratorOptions { Backfill = _backfill.Read(run), CompletesAtOnce = Complete(run) });
    }

    private static void Warn(CommandRun run, Option option, string reason)
    {
        if (run.Parsed.GetResult(option) is { Implicit: false })
        {
            run.Reporter.Warn($"{option.Name} does nothing here: {reason}.");
        }
    }
}
