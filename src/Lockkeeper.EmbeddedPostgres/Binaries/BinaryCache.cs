namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>Where fetched binaries are kept between runs.</summary>
internal static class BinaryCache
{
    /// <summary>
    /// The folder below which each version has its own. Root's home is closed to the user who runs the server (mode 0700),
    /// so root keeps them in the system's cache folder instead.
    /// </summary>
    public static string Folder(Surroundings surroundings) => surroundings.IsRoot
        ? Path.Combine(surroundings.Root, "var", "cache", "lockkeeper", "postgres")
        : Path.Combine(surroundings.UserCache, "lockkeeper", "postgres");

    public static string BinFolder(Surroundings surroundings, NpmPackage package) =>
        Path.Combine(Folder(surroundings), package.CacheName, "bin");
}
