using System.Diagnostics;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Runs verbs in processes of their own, and kills each after some of its events.</summary>
internal sealed class VerbKiller(string connectionString, Random random) : IDisposable
{
    // A start says about this much; a number beyond it lets it end by itself.
    private const int MostEvents = 30;

    private const int MostIdleTurns = 4000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lockkeeper-killed-");
    private string _file = "";

    /// <summary>How many were still running when they were killed.</summary>
    public int Kills { get; private set; }

    public async Task WriteFileAsync(string name, string yaml, CancellationToken cancellationToken)
    {
        _file = Path.Combine(_folder.FullName, $"{name}.yaml");
        await File.WriteAllTextAsync(_file, yaml, cancellationToken);
    }

    public async Task RunAndKillAsync(string verb, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["Lockkeeper.MigrationHolder.dll", connectionString, verb, _file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        // Most events of a start are the backfill's; a completion has six.
        var events = random.Next(1, verb == "start" ? MostEvents : 6);
        while (events > 0 && await process.StandardOutput.ReadLineAsync(cancellationToken) is not null)
        {
            events--;
        }

        // Where between two events it is hit is up to the dice.
        for (var turns = random.Next(MostIdleTurns); turns > 0; turns--)
        {
            Thread.SpinWait(100);
        }

        if (!process.HasExited)
        {
            process.Kill();
            Kills++;
        }

        await process.WaitForExitAsync(cancellationToken);
        // What was killed says nothing; anything else is a failure of the verb.
        var said = await errors;
        Assert.True(said.Length == 0 || said.Contains("LK1205", StringComparison.Ordinal) || said.Contains("LK1202", StringComparison.Ordinal), said);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
