using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>The list of that name.</summary>
internal static class OutliersCommand
{
    public static Command Create(CommandContext context) => ListRun.Command(context, "outliers", "Show the statements that took most of the server's time (pg_stat_statements)");
}
