using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>A shell that outlives us and removes the server when we are gone, even by <c>kill -9</c>.</summary>
/// <remarks>There is none on Windows: a server left there is removed by the next start.</remarks>
internal sealed class Watchdog : IDisposable
{
    // In a session of its own, and no child of ours any more, so that ending our process group or our process tree spares it.
    // Standard output must not stay open: whoever reads our output would wait for the watchdog.
    private const string Launch = """
        exec 3<&0
        if command -v setsid >/dev/null 2>&1; then leave=setsid; else leave=; fi
        $leave /bin/sh -c "$1" lockkeeper-watchdog "$2" <&3 3<&- >/dev/null 2>&1 &
        """;

    private readonly Process? _launcher;
    private GCHandle _heldOpen;

    private Watchdog(Process? launcher)
    {
        _launcher = launcher;

        // Were the pipe collected with a forgotten server object, the server would be removed under its users.
        _heldOpen = GCHandle.Alloc(launcher);
    }

    public static Watchdog Over(ServerFolder folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return new Watchdog(null);
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", Launch, "lockkeeper-watchdog", Script(), folder.Path])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        return new Watchdog(Process.Start(start));
    }

    /// <summary>Lets it look now: it removes what is still there, and ends.</summary>
    public void Dispose()
    {
        if (_heldOpen.IsAllocated)
        {
            _heldOpen.Free();
            _launcher?.StandardInput.Dispose();
            _launcher?.Dispose();
        }
    }

    private static string Script()
    {
        using var stream = typeof(Watchdog).Assembly.GetManifestResourceStream("watchdog.sh")
            ?? throw new UnreachableException("The watchdog's script is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
