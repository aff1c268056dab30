using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>Lists the migrations of a folder in the order in which they run.</summary>
internal static class MigrationFolder
{
    /// <summary>The .json, .yaml and .yml files directly in the folder, by migration name in ordinal order.</summary>
    /// <exception cref="MigrationFormatException">The folder cannot be read, or holds one migration twice.</exception>
    public static ImmutableArray<MigrationPath> List(string folder)
    {
        var found = Entries(folder)
            .Where(MigrationFileName.IsMigration)
            .Select(path => new MigrationPath(MigrationFileName.NameOf(path), path))
            .OrderBy(m => m.Name, StringComparer.Ordinal)
            .ThenBy(m => m.Path, StringComparer.Ordinal)
            .ToImmutableArray();
        RefuseFolders(found);
        RefuseTwins(found);
        return found;
    }

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception exception) when (MigrationFile.IsUnreadable(exception))
        {
            FormatProblems.Refuse(
                FormatCodes.Unreadable, SourcePosition.Whole(folder),
                $"The folder cannot be read: {exception.Message.TrimEnd('.')}.",
                "Check the path and the rights.");
            return [];
        }
    }

    // Passed over in silence, what lies in it would never be run.
    private static void RefuseFolders(ImmutableArray<MigrationPath> found)
    {
        var problems = new FormatProblems();
        foreach (var folder in found.Where(m => Directory.Exists(m.Path)))
        {
            problems.Add(
                FormatCodes.Unreadable, SourcePosition.Whole(folder.Path), "It is named like a migration, and is a folder.",
                "Rename it, or move what it holds into the folder above.");
        }

        problems.ThrowIfAny();
    }

    private static void RefuseTwins(ImmutableArray<MigrationPath> found)
    {
        var problems = new FormatProblems();
        foreach (var (first, second) in found.Zip(found.Skip(1)).Where(pair => pair.First.Name == pair.Second.Name))
        {
            problems.Add(
                FormatCodes.SameMigrationTwice, SourcePosition.Whole(second.Path),
                $"The migration {Shown.Quoted(second.Name)} is also in {first.Path}.",
                "Keep one of the two files, or rename one.");
        }

        problems.ThrowIfAny();
    }
}
