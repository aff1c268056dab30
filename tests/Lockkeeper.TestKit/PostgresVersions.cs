using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.EmbeddedPostgres;

namespace Lockkeeper.TestKit;

/// <summary>The server versions that tests run on: LOCKKEEPER_PG, else the installed one, else the newest.</summary>
/// <remarks>A test that runs on each is marked <c>[Theory, EachPostgres]</c>.</remarks>
public static class PostgresVersions
{
    public const string Variable = "LOCKKEEPER_PG";

    private static readonly Lazy<ImmutableArray<int>> Chosen = new(Choose);

    /// <summary>In the order in which the variable lists them.</summary>
    public static ImmutableArray<int> Wanted => Chosen.Value;

    /// <summary>The version for a test that runs on one only.</summary>
    public static int First => Wanted[0];

    /// <summary>Reads "15" or "15,18"; empty when nothing is asked for.</summary>
    public static ImmutableArray<int> Parse(string? text) =>
    [
        .. (text ?? "")
            .Split([',', ' ', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ParseOne)
            .Distinct(),
    ];

    private static int ParseOne(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version is >= PostgresServerOptions.OldestVersion and <= PostgresServerOptions.NewestVersion
            ? version
            : throw new FormatException(
                $"{Variable} holds \"{text}\"; it takes versions {PostgresServerOptions.OldestVersion} to {PostgresServerOptions.NewestVersion}, such as 15,18.");

    private static ImmutableArray<int> Choose()
    {
        var wanted = Parse(Environment.GetEnvironmentVariable(Variable));
        if (!wanted.IsEmpty)
        {
            return wanted;
        }

        // The runner asks for theory data synchronously, and this runs once on a thread of the pool.
        var installed = Task.Run(() => PostgresServer.FindInstalledVersionAsync()).GetAwaiter().GetResult();
        return [installed ?? PostgresServerOptions.NewestVersion];
    }
}
