using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands.Backfill;

/// <summary>The backfill that a command line names, or the only one that is under way.</summary>
internal sealed class NameArgument
{
    private readonly Argument<string?> _name = new("name")
    {
        Description = "The backfill, as \"lockkeeper backfill status\" shows it; may be left out while only one is under way",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public NameArgument(Command command) => command.Add(_name);

    public Task<BackfillStatus> FindAsync(CommandRun run, CancellationToken cancellationToken) =>
        new BackfillControl(run.DataSource).FindAsync(run.Parsed.GetValue(_name), cancellationToken);
}
