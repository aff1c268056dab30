using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class VacuumCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "vacuum", "Show dead rows, and when autovacuum will come for them");
}
