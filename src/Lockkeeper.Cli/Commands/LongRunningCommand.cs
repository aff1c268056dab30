using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class LongRunningCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "long-running", "Show what runs longest: statements, and transactions that are open");
}
