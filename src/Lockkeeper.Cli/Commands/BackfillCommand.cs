using System.CommandLine;
using Lockkeeper.Cli.Commands.Backfill;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>What has to do with backfills by themselves: they are steered from anywhere, and run without a migration.</summary>
internal static class BackfillCommand
{
    public static Command Create(CommandContext context) => new("backfill", "Steer backfills that are under way, from anywhere, or run one of its own")
    {
        BackfillStatusCommand.Create(context),
        BackfillOrderCommands.Pause(context),
        BackfillOrderCommands.Resume(context),
        BackfillPaceCommand.Create(context),
        BackfillOrderCommands.Cancel(context),
        BackfillRunCommand.Create(context),
        BackfillSchemaCommand.Create(context),
    };
}
