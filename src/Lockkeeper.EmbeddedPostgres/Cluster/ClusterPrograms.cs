using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>The programs of one server version, run as the server's user on one folder.</summary>
internal sealed class ClusterPrograms(
    Surroundings surroundings, PostgresBinaries binaries, ServerAccount account, ServerFolder folder, TimeProvider time)
{
    public PostgresBinaries Binaries => binaries;

    public Task<CommandResult> InitializeAsync(TimeSpan limit, CancellationToken cancellationToken) => RunAsync(
        "initdb",
        [
            "--pgdata", folder.Data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C",
            "--no-sync",
        ],
        limit,
        cancellationToken);

    /// <summary>Starts the server in a session of its own, so that Ctrl+C does not reach it, and waits until it is ready.</summary>
    public Task<CommandResult> StartAsync(TimeSpan limit, CancellationToken cancellationToken) => RunAsync(
        "pg_ctl",
        ["start", "--silent", "--wait", "--timeout", Seconds(limit), "--pgdata", folder.Data, "--log", folder.LogFile],
        limit + Margin,
        cancellationToken);

    public Task<CommandResult> StopAsync(string mode, TimeSpan limit, CancellationToken cancellationToken) => RunAsync(
        "pg_ctl",
        ["stop", "--silent", "--wait", "--timeout", Seconds(limit), "--pgdata", folder.Data, "--mode", mode],
        limit + Margin,
        cancellationToken);

    // pg_ctl keeps the limit itself and says why; ours only bounds a pg_ctl that hangs.
    private static TimeSpan Margin => TimeSpan.FromSeconds(10);

    private Task<CommandResult> RunAsync(
        string program, ImmutableArray<string> arguments, TimeSpan limit, CancellationToken cancellationToken) =>
        account.Command(surroundings.ProgramIn(binaries.Folder, program), arguments, folder.Path)
            .RunAsync(limit, time, cancellationToken);

    private static string Seconds(TimeSpan limit) =>
        ((int)Math.Ceiling(limit.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
