using Lockkeeper.EmbeddedPostgres.Binaries;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>One data folder with the server that runs on it, and the watchdog over both.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    // Windows keeps a file open for a moment after its process has ended.
    private const int MostRemovals = 20;

    private static readonly TimeSpan BetweenRemovals = TimeSpan.FromMilliseconds(100);

    private readonly ServerFolder _folder;
    private readonly Watchdog _watchdog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private PostgresCluster(
        ServerFolder folder, ClusterPrograms programs, PostgresServerOptions options, ILogger logger)
    {
        _folder = folder;
        _watchdog = Watchdog.Over(folder);
        _time = options.TimeProvider;
        _logger = logger;
        Postmaster = new Postmaster(programs, folder, options, logger);
    }

    public Postmaster Postmaster { get; }

    public string Folder => _folder.Path;

    public string LogFile => _folder.LogFile;

    /// <summary>Makes a folder, initializes it and starts a server in it. If that fails, nothing of it remains.</summary>
    public static async Task<PostgresCluster> StartAsync(
        Surroundings surroundings,
        PostgresBinaries binaries,
        ServerAccount account,
        string parent,
        PostgresServerOptions options,
        CancellationToken cancellationToken)
    {
        var logger = options.LoggerFactory.CreateLogger<PostgresServer>();
        var folder = ServerFolder.Create(parent);
        var programs = new ClusterPrograms(surroundings, binaries, account, folder, options.TimeProvider);
        var cluster = new PostgresCluster(folder, programs, options, logger);
        try
        {
            await account.TakeOverAsync(folder.Path, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            await cluster.InitializeAsync(programs, options, cancellationToken).ConfigureAwait(false);
            await cluster.Postmaster.StartFirstAsync(cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the server and removes the folder. What cannot be removed now, the watchdog removes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Postmaster.StopAsync("immediate", CancellationToken.None).ConfigureAwait(false);
        }
        catch (PostgresStartException notStopped)
        {
            _logger.KilledInstead(_folder.Path, notStopped.Message);
            await Postmaster.KillAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await RemoveFolderAsync().ConfigureAwait(false);
        _watchdog.Dispose();
        _logger.Removed(Postmaster.Port);
    }

    private async Task InitializeAsync(
        ClusterPrograms programs, PostgresServerOptions options, CancellationToken cancellationToken)
    {
        var result = await programs.InitializeAsync(options.StartTimeout, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw PostgresStartException.CannotInitialize(result.Said);
        }

        await File.AppendAllTextAsync(
            Path.Combine(_folder.Data, "postgresql.conf"),
            SettingsFile.Render(options, Postmaster.Port),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveFolderAsync()
    {
        for (var attempt = 1; Directory.Exists(_folder.Path); attempt++)
        {
            try
            {
                _folder.Remove();
            }
            catch (Exception inTheWay) when (inTheWay is IOException or UnauthorizedAccessException)
            {
                if (attempt == MostRemovals)
                {
                    _logger.NotRemoved(_folder.Path, inTheWay.Message);
                    return;
                }

                await Task.Delay(BetweenRemovals, _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
