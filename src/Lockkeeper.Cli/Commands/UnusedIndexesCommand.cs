using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class UnusedIndexesCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "unused-indexes", "Show indexes that are hardly read, the largest first");
}
