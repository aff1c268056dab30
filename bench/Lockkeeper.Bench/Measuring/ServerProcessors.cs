using System.Globalization;
using Npgsql;

namespace Lockkeeper.Bench.Measuring;

/// <summary>How much processor time a server on this machine has used. Linux only, by /proc; elsewhere it is zero.</summary>
internal static class ServerProcessors
{
    private const double TicksPerSecond = 100;

    // Places in /proc/PID/stat behind the program's name, which is in parentheses and may hold anything (proc(5)).
    private const int Parent = 1;
    private const int Own = 11;
    private const int OfChildren = 13;

    /// <summary>The time of all of the server's processes, those that have ended included.</summary>
    public static async Task<TimeSpan> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return TimeSpan.Zero;
        }

        var postmaster = await BenchTable.ScalarAsync<string>(source, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)", cancellationToken);
        var ticks = 0L;
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            if (Read(folder) is not { } stat)
            {
                continue;
            }

            // Its children's time, which it gets when they end, is all of theirs.
            ticks += Path.GetFileName(folder) == postmaster ? TicksOf(stat, Own) + TicksOf(stat, OfChildren)
                : stat[Parent] == postmaster ? TicksOf(stat, Own)
                : 0;
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    private static long TicksOf(string[] stat, int place) =>
        long.Parse(stat[place], CultureInfo.InvariantCulture) + long.Parse(stat[place + 1], CultureInfo.InvariantCulture);

    private static string[]? Read(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has ended since.
            return null;
        }
    }
}
