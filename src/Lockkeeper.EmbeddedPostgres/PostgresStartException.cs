using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.EmbeddedPostgres;

/// <summary>A server of one's own could not be started or stopped. The message says what is left and what to do.</summary>
public sealed class PostgresStartException : Exception
{
    private PostgresStartException(string code, string message, Exception? inner = null)
        : base($"{code}: {message}", inner)
        => Code = code;

    /// <summary>A stable code, LK0001 to LK0009; docs/errors has one page for each.</summary>
    public string Code { get; }

    internal static PostgresStartException NothingFound(int? version, IReadOnlyCollection<string> lookedIn)
    {
        var wanted = version?.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ?? $"{PostgresServerOptions.OldestVersion} to {PostgresServerOptions.NewestVersion}";
        return new("LK0001", $"""
            There is no PostgreSQL {wanted} on this machine, and no npm to fetch one with. Nothing was started.
            Do one of these:
              - install PostgreSQL: "apt install postgresql" on Debian and Ubuntu, "brew install postgresql@{version ?? PostgresServerOptions.NewestVersion}" with Homebrew, or the EDB installer on Windows;
              - install Node.js: its npm then fetches the binaries by itself, once;
              - set {Surroundings.BinVariable} to a folder that holds initdb, pg_ctl and postgres.
            Looked in: {(lookedIn.Count == 0 ? "no folder" : string.Join(", ", lookedIn))}.
            """);
    }

    internal static PostgresStartException BinVariableIsWrong(string folder) =>
        new("LK0002", $"{Surroundings.BinVariable} is \"{folder}\", which does not hold initdb, pg_ctl and postgres. "
            + "Nothing was started. Set it to the bin folder of a server, or unset it to have one looked for.");

    internal static PostgresStartException CannotRun(string folder, string account, string said) =>
        new("LK0003", $"The binaries in \"{folder}\" cannot be run by {account}. Nothing was started. "
            + $"Every folder above them must be open to that user, and the system's libraries must fit. They said: {said}");

    internal static PostgresStartException CannotFetch(string package, string said, Exception? inner = null) =>
        new("LK0004", $"There is no fitting PostgreSQL on this machine, and npm could not fetch {package}. "
            + $"Nothing was started, and the cache is as it was. Install PostgreSQL, or see to what npm said: {said}", inner);

    internal static PostgresStartException CannotInitialize(string said) =>
        new("LK0005", $"initdb failed. Its folder was removed again. It said: {said}");

    internal static PostgresStartException CannotStart(string said, string log) =>
        new("LK0006", $"The server did not start: {said} The end of its log: {log}");

    internal static PostgresStartException NoOtherUser(string tried) =>
        new("LK0007", "PostgreSQL refuses to run as root, and no other user could be used instead. Nothing was started. "
            + $"Run this as another user, or create the user \"postgres\". Tried: {tried}");

    internal static PostgresStartException WrongOptions(IEnumerable<string> problems) =>
        new("LK0008", $"The options cannot be used; nothing was started. {string.Join(" ", problems)}");

    internal static PostgresStartException CannotStop(string folder, string said) =>
        new("LK0009", $"The server in \"{folder}\" did not stop and may still be running. pg_ctl said: {said}");
}
