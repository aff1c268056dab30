using System.Runtime.InteropServices;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>What finding binaries depends on, read once, so that tests can describe another machine.</summary>
internal sealed record Surroundings
{
    /// <summary>Names a bin folder that is looked at before all others.</summary>
    public const string BinVariable = "LOCKKEEPER_PG_BIN";

    public required SystemKind System { get; init; }

    public Architecture Architecture { get; init; } = Architecture.X64;

    /// <summary>The value of <see cref="BinVariable"/>.</summary>
    public string? ConfiguredBin { get; init; }

    /// <summary>The value of PATH.</summary>
    public string SearchPath { get; init; } = "";

    /// <summary>What the usual folders are below: "/" or, on Windows, the folder of programs.</summary>
    public required string Root { get; init; }

    /// <summary>Where the user's caches lie, before our own name; not used for root.</summary>
    public required string UserCache { get; init; }

    /// <summary>Whether the caller is root, so that the server has to run as somebody else.</summary>
    public bool IsRoot { get; init; }

    public static Surroundings OfThisMachine()
    {
        var system = OperatingSystem.IsWindows() ? SystemKind.Windows
            : OperatingSystem.IsMacOS() ? SystemKind.MacOs
            : SystemKind.Linux;
        return new Surroundings
        {
            System = system,
            Architecture = RuntimeInformation.OSArchitecture,
            ConfiguredBin = Environment.GetEnvironmentVariable(BinVariable),
            SearchPath = Environment.GetEnvironmentVariable("PATH") ?? "",
            Root = system == SystemKind.Windows ? Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles) : "/",
            UserCache = UserCacheOf(system),

            // pg_ctl and initdb give up an administrator's rights by themselves on Windows.
            IsRoot = system != SystemKind.Windows && Environment.IsPrivilegedProcess,
        };
    }

    public string ProgramIn(string folder, string program) =>
        Path.Combine(folder, System == SystemKind.Windows ? program + ".exe" : program);

    private static string UserCacheOf(SystemKind system)
    {
        // The XDG specification has a relative path in this variable ignored.
        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return system == SystemKind.Windows ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.IsPathFullyQualified(xdg ?? "") ? xdg!
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
    }
}
