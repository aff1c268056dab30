using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>The server's first process: started, stopped, killed, and started again.</summary>
internal sealed class Postmaster(
    ClusterPrograms programs, ServerFolder folder, PostgresServerOptions options, ILogger logger)
{
    // Somebody takes a port between our look and the server's start once in thousands of times; five in a row is a rule.
    private const int MostPorts = 5;

    // The server is ready about 60 ms after pg_ctl began, and pg_ctl itself looks only every 100 ms.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(4);

    // Backends of a killed server keep its shared memory until they notice; a busy one can take a while.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(50);

    // A killed process is gone at once, but its number stays until the first process of the system collects it; some never do.
    private static readonly TimeSpan CollectLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private Task<CommandResult>? _pgCtl;
    private int? _killedProcess;

    public int Port { get; private set; } = FreePort.Find();

    public int? ProcessId => PostmasterFile.Read(folder.Data)?.ProcessId;

    /// <summary>Starts the server for the first time, moving to another port if somebody took the one that was free.</summary>
    public async Task StartFirstAsync(CancellationToken cancellationToken)
    {
        for (var ports = 1; ; ports++)
        {
            var result = await StartOnceAsync(cancellationToken).ConfigureAwait(false);
            if (result is null)
            {
                return;
            }

            if (ports == MostPorts || !FreePort.IsTaken(Port))
            {
                throw Failure(result);
            }

            logger.PortTaken(Port);
            Port = FreePort.Find();
            await File.AppendAllTextAsync(
                Path.Combine(folder.Data, "postgresql.conf"), SettingsFile.RenderPort(Port), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Starts a stopped or killed server again, on the port it had.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        var began = options.TimeProvider.GetTimestamp();
        while (await StartOnceAsync(cancellationToken).ConfigureAwait(false) is { } result)
        {
            if (_killedProcess is null || options.TimeProvider.GetElapsedTime(began) > options.StartTimeout)
            {
                throw Failure(result);
            }

            await Task.Delay(TryAgainAfter, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        _killedProcess = null;
    }

    /// <summary>Stops the server; nothing to do when it does not run.</summary>
    /// <param name="mode">"fast" writes a checkpoint, "immediate" leaves recovery to the next start.</param>
    /// <param name="cancellationToken">Leaves the server stopping.</param>
    public async Task StopAsync(string mode, CancellationToken cancellationToken)
    {
        await PgCtlEndedAsync().ConfigureAwait(false);
        if (_killedProcess is not null || !File.Exists(PostmasterFile.PathIn(folder.Data)))
        {
            return;
        }

        var result = await programs.StopAsync(mode, StopLimit, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded && File.Exists(PostmasterFile.PathIn(folder.Data)))
        {
            throw PostgresStartException.CannotStop(folder.Path, result.Said);
        }
    }

    /// <summary>Kills the first process with SIGKILL, as the system does when memory is short. The others end by themselves.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await PgCtlEndedAsync().ConfigureAwait(false);
        if (ProcessId is not { } id)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            _killedProcess = id;
            await process.WaitForExitAsync(cancellationToken)
                .WaitAsync(CollectLimit, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception or TimeoutException)
        {
            _killedProcess = id;
        }
    }

    /// <summary>Null when the server is ready, else what went wrong.</summary>
    private async Task<CommandResult?> StartOnceAsync(CancellationToken cancellationToken)
    {
        // Not cancelled: a server killed in the middle of its start would leave shared memory behind. Who cancels stops
        // waiting at once, and stopping waits for the end of the start.
        _pgCtl = programs.StartAsync(options.StartTimeout, CancellationToken.None);
        while (!_pgCtl.IsCompleted)
        {
            // A killed server leaves its file behind, saying that it is ready.
            if (PostmasterFile.Read(folder.Data) is { IsReady: true } file && file.ProcessId != _killedProcess)
            {
                return null;
            }

            await Task.Delay(LookAgainAfter, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        var result = await _pgCtl.ConfigureAwait(false);
        return result.Succeeded ? null : result;
    }

    /// <summary>pg_ctl may still be waiting for what we saw before it; it writes nothing and ends within 100 ms.</summary>
    private async Task PgCtlEndedAsync()
    {
        if (_pgCtl is not null)
        {
#pragma warning disable VSTHRD003 // The rule is about tasks that need the caller's thread; this one waits for a process.
            await Task.WhenAny(_pgCtl).ConfigureAwait(false);
#pragma warning restore VSTHRD003
        }
    }

    private PostgresStartException Failure(CommandResult result) =>
        PostgresStartException.CannotStart(result.Said, ServerLog.LastLines(folder.LogFile));
}
