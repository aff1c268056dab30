using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class CacheHitCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "cache-hit", "Show how much was found in shared_buffers, by table");
}
