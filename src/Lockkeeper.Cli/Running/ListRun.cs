using System.CommandLine;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output.Lists;
using Lockkeeper.Locks.Listing;

namespace Lockkeeper.Cli.Running;

/// <summary>Makes a command of a list.</summary>
internal static class ListRun
{
    private const int MostRows = 10_000;

    public static Command Command(CommandContext context, string name, string description)
    {
        var rows = new Option<string>("--rows", "-n") { HelpName = "n", Description = "How many rows at most [default: 20]" };
        var command = new Command(name, description) { rows };
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var most = run.Parsed.GetValue(rows) is { } text ? Numbers.Read(text, 1, MostRows, "--rows", "rows") : ServerLists.UsualRows;
            var list = await new ServerLists(run.DataSource).ReadAsync(name, most, cancellationToken);
            if (run.Reporter.IsJson)
            {
                run.Reporter.WriteObject(ListJson.Of(list), json => json.JsonArray);
            }
            else
            {
                ListTable.Write(run.Reporter.Data, list);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
