using System.Collections.Immutable;
using Lockkeeper.Cli.Output;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Server.Reading;

namespace Lockkeeper.Cli.Running;

/// <summary>Finds what of a folder the schema still lacks, and refuses where that cannot be told.</summary>
internal sealed class MigrationSource(CommandRun run)
{
    /// <summary>The missing migrations, in order; every file that matters has been read.</summary>
    public async Task<ImmutableArray<Migration>> MissingAsync(string folder, CancellationToken cancellationToken)
    {
        var paths = Migration.FilesIn(folder);
        RefuseActive(await run.Migrator.StatusAsync(cancellationToken));
        var history = await run.Migrator.HistoryAsync(cancellationToken);
        if (history.IsEmpty && await HasTablesAsync(cancellationToken))
        {
            throw new RefusedException(
                ErrorCodes.NeedsBaseline,
                $"Schema {run.Settings.Schema} has tables and no history, so nobody can say which of the files they contain.",
                "\"lockkeeper baseline NAME\" begins the history with what is there: files up to that name then count as applied.");
        }

        var files = await ReadAsync(
            paths.Where(path => !PendingMigrations.IsCovered(Path.GetFileNameWithoutExtension(path), history)), cancellationToken);
        return PendingMigrations.Of(files, history);
    }

    private static void RefuseActive(SchemaStatus status)
    {
        if (StatusView.NextAfter(status.State) is { } next)
        {
            throw new RefusedException(
                ErrorCodes.MigrationActive, $"Migration {status.Migration} is under way ({status.State}).", $"First: {next}.");
        }
    }

    private async Task<bool> HasTablesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await run.DataSource.OpenConnectionAsync(cancellationToken);
        var schema = await CatalogReader.ReadAsync(connection, run.Settings.Schema, cancellationToken);
        return schema is { Tables.IsEmpty: false };
    }

    // What is wrong with any of them is said at once, before the first is started.
    private static async Task<ImmutableArray<Migration>> ReadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var migrations = ImmutableArray.CreateBuilder<Migration>();
        var problems = ImmutableArray.CreateBuilder<FormatProblem>();
        foreach (var path in paths)
        {
            try
            {
                migrations.Add(await Migration.LoadAsync(path, cancellationToken));
            }
            catch (MigrationFormatException unreadable)
            {
                problems.AddRange(unreadable.Problems);
            }
        }

        return problems.Count == 0 ? migrations.ToImmutable() : throw new UnreadableFilesException(problems.ToImmutable());
    }
}
