using System.Text;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Cli.Running;

/// <summary>Finds the latest version, in the database or among files.</summary>
internal sealed class LatestVersion(CommandRun run)
{
    /// <summary>The schema of its views.</summary>
    /// <param name="folder">A folder of files to look at instead of the database, or null.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<Identifier> SchemaAsync(string? folder, CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return (await run.Migrator.StatusAsync(cancellationToken)).VersionSchema
                ?? throw None($"Schema {run.Settings.Schema} has no version with a schema of views.", "\"lockkeeper start FILE\" makes one.");
        }

        var migration = await Migration.LoadAsync(LastOf(folder), cancellationToken);
        var name = $"{run.Settings.Schema.Value}_{migration.Version}";
        return Encoding.UTF8.GetByteCount(name) <= Identifier.MaxBytes
            ? new Identifier(name)
            : throw None($"\"{name}\" is longer than {Identifier.MaxBytes} bytes, so no schema can have that name.", "Rename the file.");
    }

    /// <summary>The name of the migration.</summary>
    /// <param name="folder">A folder of files to look at instead of the database, or null.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<string> MigrationAsync(string? folder, CancellationToken cancellationToken) => folder is null
        ? (await run.Migrator.StatusAsync(cancellationToken)).Migration
            ?? throw None($"Schema {run.Settings.Schema} has no migration.", "\"lockkeeper start FILE\" starts one.")
        : Path.GetFileNameWithoutExtension(LastOf(folder));

    private static string LastOf(string folder) => Migration.FilesIn(folder) is [.., var last]
        ? last
        : throw None($"The folder {folder} has no migration files.", "Name the folder that has them.");

    private static RefusedException None(string problem, string whatToDo) => new(ErrorCodes.NoVersion, problem, whatToDo);
}
