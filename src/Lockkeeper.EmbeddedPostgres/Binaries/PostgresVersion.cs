using System.Globalization;
using System.Text.RegularExpressions;

namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>The version of a server, as <c>postgres --version</c> tells it.</summary>
/// <param name="Major">14 in "14.23".</param>
/// <param name="Text">The whole version, such as "14.23" or "19devel".</param>
internal sealed partial record PostgresVersion(int Major, string Text)
{
    public bool IsSupported => Major is >= PostgresServerOptions.OldestVersion and <= PostgresServerOptions.NewestVersion;

    /// <summary>Reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; null when it is something else.</summary>
    public static PostgresVersion? Read(string said)
    {
        var match = Said().Match(said);
        return match.Success
            ? new PostgresVersion(int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["all"].Value)
            : null;
    }

    [GeneratedRegex(@"^postgres \(PostgreSQL\) (?<all>(?<major>[0-9]{1,3})[^\s]*)")]
    private static partial Regex Said();
}
