using System.Text.Json;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Running;

/// <summary>Writes migration files. None that is there is ever written over, but by <see cref="ReplaceAsync"/>.</summary>
internal static class MigrationFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>What a new file is written in: --json is about all that a command writes.</summary>
    public static MigrationSyntax SyntaxOf(CommandRun run) => run.Reporter.IsJson ? MigrationSyntax.Json : MigrationSyntax.Yaml;

    /// <summary>Where a migration's file is to lie. Its name may come from a database, and must not lead elsewhere.</summary>
    /// <exception cref="UsageException">The name cannot be that of a file.</exception>
    public static string PathOf(string folder, string name, MigrationSyntax syntax)
    {
        CheckFileName(name);
        return Path.Combine(folder, name + (syntax == MigrationSyntax.Json ? ".json" : ".yaml"));
    }

    /// <summary>Refuses a new migration's name that no file can bear, or that looks like a file's.</summary>
    /// <exception cref="UsageException">The name cannot be that of a migration.</exception>
    public static void CheckName(string name)
    {
        CheckFileName(name);
        if (Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
        {
            throw new UsageException($"A migration's name has no extension: \"{Path.GetFileNameWithoutExtension(name)}\", not \"{name}\".");
        }
    }

    private static void CheckFileName(string name)
    {
        var isName = !string.IsNullOrWhiteSpace(name) && name[0] != '.' && name == Path.GetFileName(name) && !name.Any(char.IsControl)
            && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0;
        if (!isName)
        {
            throw new UsageException($"\"{JsonEncodedText.Encode(name)}\" cannot be the name of a file, and so of no migration.");
        }
    }

    /// <summary>The file of a migration, whatever its extension; null when the folder has none.</summary>
    public static string? Find(string folder, string name) =>
        Extensions.Select(extension => Path.Combine(folder, name + extension)).FirstOrDefault(File.Exists);

    /// <exception cref="RefusedException">The folder has a file of that migration.</exception>
    public static void RefuseExisting(string folder, string name)
    {
        if (Find(folder, name) is { } existing)
        {
            throw new RefusedException(
                ErrorCodes.FileExists, $"There is a file of that migration already: {existing}.", "Choose another name, or move the file away.");
        }
    }

    /// <summary>Refuses a folder in which no file can be made, before anybody takes pains over what goes into one. Leaves nothing behind.</summary>
    /// <exception cref="RefusedException">The folder, or the one that it would be made in, cannot be written.</exception>
    public static void RefuseUnwritable(string folder)
    {
        try
        {
            var there = Path.GetFullPath(folder);
            while (!Path.Exists(there) && Path.GetDirectoryName(there) is { } above)
            {
                there = above;
            }

            new FileStream(
                Path.Combine(there, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose)
                .Dispose();
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, unwritable);
        }
    }

    /// <summary>Writes a new file, and its folder where that is missing. Wholly or not at all.</summary>
    /// <exception cref="RefusedException">It is there already, or cannot be written.</exception>
    public static async Task CreateAsync(string path, string text, CancellationToken cancellationToken)
    {
        var isOurs = false;
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            isOurs = true;
            await using var writer = new StreamWriter(file);
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }
        catch (Exception failed)
        {
            if (isOurs)
            {
                TryDelete(path);
            }

            if (failed is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(path, failed);
            }

            throw;
        }
    }

    /// <summary>Puts another text into a file: written beside it and moved over it, so that one of the two is there whatever happens.</summary>
    /// <exception cref="RefusedException">It cannot be written; the file is as it was.</exception>
    public static async Task ReplaceAsync(string path, string text, CancellationToken cancellationToken)
    {
        var beside = $"{path}.new";
        try
        {
            await File.WriteAllTextAsync(beside, text, cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(path));
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failed)
        {
            TryDelete(beside);
            if (failed is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(path, failed);
            }

            throw;
        }
    }

    /// <summary>Deletes a file that was written for nothing. That it stays is no reason to hide why it was for nothing.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static RefusedException Unwritable(string path, Exception reason) => new(
        ErrorCodes.FileNotWritten, $"{path} cannot be written: {reason.Message.TrimEnd('.')}.", "Check the path and the rights.")
    {
        IsTrue = "The database was not changed, and files that were written before this one stay.",
    };
}
