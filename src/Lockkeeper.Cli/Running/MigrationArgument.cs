using System.CommandLine;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Running;

/// <summary>The migration file that a command line names.</summary>
internal sealed class MigrationArgument
{
    private readonly Argument<string> _path = new("file") { Description = "The migration: a .json, .yaml or .yml file" };

    public MigrationArgument(Command command) => command.Add(_path);

    public Task<Migration> LoadAsync(CommandRun run, CancellationToken cancellationToken) =>
        Migration.LoadAsync(run.Parsed.GetRequiredValue(_path), cancellationToken);
}
