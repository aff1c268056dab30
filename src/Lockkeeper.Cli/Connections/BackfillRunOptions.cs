using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Connections;

/// <summary>The options of a command that fills rows.</summary>
internal sealed class BackfillRunOptions
{
    // The library knows the upper bound as well; here the message names the option.
    private const int MostWorkers = 64;

    private readonly PaceOptions _pace;
    private readonly Option<bool>? _verify;

    private readonly Option<string> _workers = new("--backfill-workers")
    {
        HelpName = "n",
        Description = "Sessions that fill rows at the same time [env: LOCKKEEPER_BACKFILL_WORKERS] [default: by the number of processors]",
    };

    public BackfillRunOptions(Command command, bool withVerify)
    {
        command.Add(_workers);
        _pace = new PaceOptions(command);
        if (withVerify)
        {
            _verify = new Option<bool>("--verify")
            {
                Description = "Compare every row that nobody has written since it was filled with its expression",
                Arity = ArgumentArity.Zero,
            };
            command.Add(_verify);
        }
    }

    public BackfillOptions Read(CommandRun run)
    {
        var options = _pace.Apply(run, new BackfillOptions()) with { Verify = _verify is not null && run.Parsed.GetValue(_verify) };
        var workers = run.Parsed.GetValue(_workers) ?? run.Context.Variable("LOCKKEEPER_BACKFILL_WORKERS");
        return workers is null ? options : options with { Workers = Numbers.Read(workers, 1, MostWorkers, "--backfill-workers", "sessions") };
    }
}
