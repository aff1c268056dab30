using System.Diagnostics;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>kill -9 of processes that fill a table together, fifty times: what they leave is taken over at once, exactly where it was left.</summary>
public sealed class KilledWorkerTests(PostgresFixture postgres)
{
    private const int Kills = 50;
    private const int AtOnce = 5;
    private const int Rows = 40_000;
    private const int MostTables = 12;

    // The first report comes with the first chunks; the others ten times a second.
    private const int MostReports = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_killed_processes_lose_and_repeat_nothing()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var kills = 0;
        for (var tables = 1; kills < Kills; tables++)
        {
            Assert.True(tables <= MostTables, $"Only {kills} processes were alive when they were to be killed.");
            kills += await KillAtOneTableAsync(random, Kills - kills);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} killed");
    }

    /// <summary>Kills processes until the table is full or there were enough, and lets the rest be filled in peace.</summary>
    private async Task<int> KillAtOneTableAsync(Random random, int most)
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await CountUpdatesAsync(scene);
        var kills = 0;
        while (kills < most && await scene.CountAsync("orders", "\"Pending\"", Cancellation) > 0)
        {
            // The dice are thrown before, one after the other: what a seed says does not depend on who is quicker.
            var reports = Enumerable.Range(0, Math.Min(AtOnce, most - kills)).Select(_ => random.Next(1, MostReports)).ToArray();
            kills += (await Task.WhenAll(reports.Select(count => RunAndKillAsync(scene, count)))).Count(killed => killed);
        }

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Equal(Rows, report.Rows);
        Assert.Equal(0, await scene.CountAsync("orders", "n <> 1", Cancellation));
        return kills;
    }

    // How often a row was written, which a killed chunk takes back with the row. It fires for the backfill's rows too, which users' triggers do not.
    private static Task<int> CountUpdatesAsync(Scene scene) => scene.Database.ExecuteAsync(
        """
        CREATE FUNCTION count_updates() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN NEW.n := OLD.n + 1; RETURN NEW; END $body$;
        CREATE TRIGGER count_updates BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION count_updates();
        ALTER TABLE orders ENABLE ALWAYS TRIGGER count_updates
        """,
        Cancellation);

    private static async Task<bool> RunAndKillAsync(Scene scene, int reports)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["Lockkeeper.MigrationHolder.dll", scene.Database.ConnectionString, "fill", "orders"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = AppContext.BaseDirectory,
            })!;
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        while (reports > 0 && await process.StandardOutput.ReadLineAsync(Cancellation) is not null)
        {
            reports--;
        }

        var killed = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal("", await errors);
        return killed;
    }
}
