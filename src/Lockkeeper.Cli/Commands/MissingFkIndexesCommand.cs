using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class MissingFkIndexesCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "missing-fk-indexes", "Show foreign keys without an index, and the statements that make them");
}
