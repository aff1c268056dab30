using System.Collections.Immutable;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Running;

/// <summary>Compares a folder with a schema's history: which migrations are missing, and whether the two agree at all.</summary>
internal static class PendingMigrations
{
    /// <summary>The part of the history that a folder must have: its latest baseline and what comes after that.</summary>
    public static ImmutableArray<AppliedMigration> FromBaseline(ImmutableArray<AppliedMigration> history) =>
        [.. history.Skip(LastBaseline(history))];

    /// <summary>Whether a file counts as applied, because its name is not behind the latest baseline's.</summary>
    public static bool IsCovered(string migration, ImmutableArray<AppliedMigration> history) =>
        LastBaseline(history) is >= 0 and var at && string.CompareOrdinal(migration, history[at].Name) <= 0;

    /// <summary>The migrations that the history does not have yet, in order.</summary>
    /// <param name="files">The folder's migrations that no baseline covers, in order.</param>
    /// <param name="history">The history, oldest first.</param>
    /// <exception cref="RefusedException">The history and the folder are not the same as far as the history goes.</exception>
    /// <remarks>A baseline's file makes all that the files before it make: it is for databases without a history, and those need nothing before it.</remarks>
    public static ImmutableArray<Migration> Of(ImmutableArray<Migration> files, ImmutableArray<AppliedMigration> history) => history.IsEmpty
        ? [.. files.Skip(files.ToList().FindLastIndex(migration => migration.IsBaseline))]
        : Since([.. files.Where(migration => !migration.IsBaseline)], SinceBaseline(history));

    private static ImmutableArray<Migration> Since(ImmutableArray<Migration> files, ImmutableArray<AppliedMigration> history)
    {
        for (var i = 0; i < history.Length; i++)
        {
            if (i == files.Length || files[i].Name != history[i].Name)
            {
                throw Differs(history[i].Name, i == files.Length ? null : files[i].Name, files, history);
            }

            if (history[i].Checksum is { } checksum && checksum != files[i].Checksum)
            {
                throw new RefusedException(
                    ErrorCodes.FileEdited,
                    $"{files[i].FileName} is not what was applied as {history[i].Name}: the file was edited since.",
                    "Restore the file, and put the change into a new migration.");
            }
        }

        return [.. files.Skip(history.Length)];
    }

    private static RefusedException Differs(
        string applied, string? file, ImmutableArray<Migration> files, ImmutableArray<AppliedMigration> history)
    {
        if (files.Any(f => f.Name == applied) && history.Any(migration => migration.Name == file))
        {
            return Refused(
                $"The database has {applied} before {file}, and in the folder it comes after it by its name.",
                "Begin the history anew with \"lockkeeper baseline NAME DIR\", under a name that comes after all of them.");
        }

        if (file is null)
        {
            return Refused($"The database has {applied}, and the folder ends before it.", "Add the file that is missing.");
        }

        return history.Any(migration => migration.Name == file)
            ? Refused($"The database has {applied} before {file}, and the folder has no {applied}.", "Add the file that is missing.")
            : Refused(
                $"The folder has {file} where the database has {applied}.",
                $"Rename {file} so that it comes after what is applied, or add the file of {applied}.");
    }

    private static RefusedException Refused(string problem, string whatToDo) =>
        new(ErrorCodes.HistoryDiffers, $"The history and the folder do not agree. {problem}", whatToDo);

    // What files are compared with.
    private static ImmutableArray<AppliedMigration> SinceBaseline(ImmutableArray<AppliedMigration> history) =>
        [.. history.Skip(LastBaseline(history) + 1)];

    private static int LastBaseline(ImmutableArray<AppliedMigration> history)
    {
        for (var i = history.Length - 1; i >= 0; i--)
        {
            if (history[i].IsBaseline)
            {
                return i;
            }
        }

        return -1;
    }
}
