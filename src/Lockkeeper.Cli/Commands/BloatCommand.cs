using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class BloatCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "bloat", "Show tables and indexes that hold room without rows, estimated");
}
