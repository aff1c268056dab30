using System.Collections.Immutable;
using System.Globalization;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>The folders where a server may lie, in the order in which they are looked at.</summary>
internal static class BinaryCandidates
{
    private static readonly ImmutableArray<string> Needed = ["initdb", "pg_ctl", "postgres"];

    public static ImmutableArray<string> InOrder(Surroundings surroundings) =>
    [
        .. OnPath(surroundings).Concat(Usual(surroundings)).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Whether a folder holds every program that starting a server needs.</summary>
    public static bool IsComplete(Surroundings surroundings, string folder) =>
        Needed.All(program => File.Exists(surroundings.ProgramIn(folder, program)));

    /// <summary>The folder in which the programs themselves lie, where a folder holds only links to them.</summary>
    /// <remarks>psql and pg_dump lie there too, though they are often not linked.</remarks>
    public static string BehindLinks(Surroundings surroundings, string folder)
    {
        var program = File.ResolveLinkTarget(surroundings.ProgramIn(folder, "postgres"), returnFinalTarget: true);
        var real = Path.GetDirectoryName(program?.FullName);
        return real is not null && IsComplete(surroundings, real) ? real : folder;
    }

    private static IEnumerable<string> OnPath(Surroundings surroundings) =>
        surroundings.SearchPath
            .Split(
                surroundings.System == SystemKind.Windows ? ';' : ':',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathFullyQualified);

    private static IEnumerable<string> Usual(Surroundings surroundings) => Places(surroundings.System)
        .SelectMany(place => NewestFirst(Path.Combine(surroundings.Root, place.Parent), place.Prefix));

    private static IEnumerable<string> NewestFirst(string parent, string prefix) =>
        from folder in Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, prefix + "*") : []
        let version = VersionIn(Path.GetFileName(folder)[prefix.Length..])
        where version is not null
        orderby version descending
        select Path.Combine(folder, "bin");

    private static ImmutableArray<(string Parent, string Prefix)> Places(SystemKind system) => system switch
    {
        SystemKind.Linux =>
        [
            ("usr/lib/postgresql", ""),                       // Debian and Ubuntu
            ("usr", "pgsql-"),                                // the project's packages for Red Hat
            ("home/linuxbrew/.linuxbrew/opt", "postgresql@"),
            ("opt/PostgreSQL", ""),                           // EDB installer
        ],
        SystemKind.MacOs =>
        [
            ("opt/homebrew/opt", "postgresql@"),              // Homebrew on Apple silicon
            ("usr/local/opt", "postgresql@"),                 // Homebrew on Intel
            ("Library/PostgreSQL", ""),                       // EDB installer
            ("Applications/Postgres.app/Contents/Versions", ""),
        ],
        _ => [("PostgreSQL", "")],                            // EDB installer, below the folder of programs
    };

    private static int? VersionIn(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
