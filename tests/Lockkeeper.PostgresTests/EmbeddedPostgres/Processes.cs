using System.Diagnostics;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

/// <summary>Looks at processes by their number.</summary>
internal static class Processes
{
    // A server that stops at once is gone in milliseconds; a minute means never.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Waits for something that happens in other processes. A server removes its file a moment before it ends.</summary>
    public static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!condition())
        {
            Assert.True(time.GetElapsedTime(began) < Deadline, $"Not so after {Deadline}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        }
    }
}
