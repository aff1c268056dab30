using System.Diagnostics;
using System.Globalization;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

public sealed class RemovalAfterDeathTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_and_its_folder_are_gone_after_kill_9_of_the_process_that_started_it()
    {
        using var holder = StartHolder();
        var (server, folder) = await ReadAsync(holder);
        Assert.True(Processes.IsAlive(server));

        holder.Kill();

        await UntilAsync(() => !Processes.IsAlive(server) && !Directory.Exists(folder));
    }

    [Fact]
    public async Task They_are_gone_after_the_whole_process_tree_was_killed()
    {
        using var holder = StartHolder();
        var (server, folder) = await ReadAsync(holder);

        holder.Kill(entireProcessTree: true);

        await UntilAsync(() => !Processes.IsAlive(server) && !Directory.Exists(folder));
    }

    [Fact]
    public async Task They_are_gone_after_the_process_ended_by_itself()
    {
        using var holder = StartHolder();
        var (server, folder) = await ReadAsync(holder);

        holder.StandardInput.Close();
        await holder.WaitForExitAsync(Cancellation);

        Assert.Equal(0, holder.ExitCode);
        Assert.False(Directory.Exists(folder));
        await UntilAsync(() => !Processes.IsAlive(server));
    }

    [Fact]
    public async Task A_server_without_owner_and_watchdog_is_removed_by_the_next_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The watchdog is found by looking into /proc.");
        using var holder = StartHolder();
        var (server, folder) = await ReadAsync(holder);
        foreach (var watchdog in WatchdogsOf(folder))
        {
            watchdog.Kill();
            watchdog.Dispose();
        }

        holder.Kill();
        await holder.WaitForExitAsync(Cancellation);
        Assert.True(Processes.IsAlive(server));

        await UntilAsync(() =>
        {
            Leftovers.Remove(Path.GetDirectoryName(folder)!, NullLogger.Instance);
            return !Processes.IsAlive(server) && !Directory.Exists(folder);
        });
    }

    [Fact]
    public async Task A_start_leaves_the_servers_of_living_processes_alone()
    {
        using var holder = StartHolder();
        var (server, folder) = await ReadAsync(holder);

        await using (await PostgresServer.StartAsync(null, Cancellation))
        {
            Assert.True(Processes.IsAlive(server));
            Assert.True(Directory.Exists(folder));
        }

        holder.StandardInput.Close();
        await holder.WaitForExitAsync(Cancellation);
    }

    private static Process StartHolder() => Process.Start(new ProcessStartInfo("dotnet", ["Lockkeeper.ServerHolder.dll"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        WorkingDirectory = AppContext.BaseDirectory,
    })!;

    private static async Task<(int Server, string Folder)> ReadAsync(Process holder)
    {
        var line = await holder.StandardOutput.ReadLineAsync(Cancellation);
        Assert.NotNull(line);
        var parts = line.Split(' ', 2);
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), Path.GetDirectoryName(parts[1])!);
    }

    private static IEnumerable<Process> WatchdogsOf(string folder) => Directory.EnumerateDirectories("/proc")
        .Where(path => int.TryParse(Path.GetFileName(path), out _))
        .Where(path => CommandLine(path) is var line
            && line.Contains("lockkeeper-watchdog", StringComparison.Ordinal)
            && line.Contains(folder, StringComparison.Ordinal))
        .Select(path => Process.GetProcessById(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)));

    private static string CommandLine(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task UntilAsync(Func<bool> condition) => Processes.UntilAsync(condition, Cancellation);
}
