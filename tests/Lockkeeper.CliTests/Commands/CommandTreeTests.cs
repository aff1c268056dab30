using System.CommandLine;
using Lockkeeper.Cli;
using Lockkeeper.Cli.Commands;

namespace Lockkeeper.CliTests.Commands;

public sealed class CommandTreeTests
{
    [Fact]
    public void The_command_tree_is_the_one_that_is_written_down()
    {
        var terminal = TestTerminal.Piped();
        var root = CommandTree.Create(terminal.Context());

        Expected.IsIn(string.Join('\n', Lines(root)), "Commands", "CommandTree.txt");
    }

    [Fact]
    public async Task The_help_of_a_command_is_the_one_that_is_written_down()
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(0, await terminal.RunAsync("start", "--help"));

        Expected.IsIn(terminal.Out, "Commands", "start.help.txt");
        Assert.Empty(terminal.Error);
    }

    [Fact]
    public void Every_command_has_a_page()
    {
        var root = CommandTree.Create(TestTerminal.Piped().Context());

        Assert.All(root.Subcommands, command => Assert.True(
            File.Exists(Repository.PathOf("docs", "commands", $"{command.Name}.md")), command.Name));
    }

    [Fact]
    public void Every_file_of_a_command_is_registered()
    {
        var files = Directory.GetFiles(Repository.PathOf("src", "Lockkeeper.Cli", "Commands"), "*.cs");

        Assert.Equal(files.Length, CommandList.All.Length);
    }

    [Fact]
    public void Every_exit_code_is_on_the_page_of_exit_codes()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "exit-codes.md"));

        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"| {(int)code} |", page, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Lines(Command command)
    {
        yield return $"{Usage(command)}";
        yield return $"    {command.Description}";
        foreach (var option in command.Options.Where(o => o is not System.CommandLine.Help.HelpOption and not VersionOption))
        {
            var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name));
            var value = option.Arity.MaximumNumberOfValues == 0 ? "" : $" <{option.HelpName}>";
            yield return $"    {names}{value}{(option.Hidden ? "  (hidden)" : "")}";
        }

        foreach (var line in command.Subcommands.OrderBy(c => c.Name, StringComparer.Ordinal).SelectMany(Lines))
        {
            yield return line;
        }
    }

    private static string Usage(Command command) => string.Join(' ', command.Arguments.Select(a => $"<{a.Name}>").Prepend(PathOf(command)));

    private static string PathOf(Command command) =>
        command is RootCommand ? "lockkeeper" : $"{PathOf(command.Parents.OfType<Command>().Single())} {command.Name}";
}
