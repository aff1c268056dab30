using Lockkeeper.Backfill;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

public sealed class StripeTests(PostgresFixture postgres, QuietServers servers) : IClassFixture<QuietServers>
{
    private const int Rows = 100_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Most_updates_stay_on_their_page_and_the_table_hardly_grows(int version)
    {
        await using var scene = await Scene.CreateAsync(await servers.CreateAsync(postgres, version, Cancellation), Cancellation);

        var (before, after, report) = await FillAsync(scene);

        Assert.Equal("8 stripes: 2 indexes, 65 rows to a page", $"{report.Stripes?.Count} stripes: {report.Stripes?.Reason}");
        Assert.Equal((double)after / before, report.Growth!.Value, precision: 2);

        // Without stripes it doubles.
        Assert.True(after < 1.4 * before, $"{before} blocks became {after}");
    }

    [Theory, EachPostgres]
    public async Task While_an_old_snapshot_keeps_pages_from_being_pruned_every_row_is_filled_all_the_same(int version)
    {
        await using var scene = await Scene.CreateAsync(await servers.CreateAsync(postgres, version, Cancellation), Cancellation);
        await using var reader = await scene.Database.OpenSessionAsync(Cancellation);
        await reader.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class", Cancellation);

        var (before, after, report) = await FillAsync(scene);

        Assert.Equal(1, report.Stripes?.Count);
        Assert.Equal(reader.Backend, report.Stripes?.HeldBackBy?.Backend);
        Assert.Contains("idle in transaction", report.Stripes?.Reason, StringComparison.Ordinal);
        Assert.True(after > 1.8 * before, $"{before} blocks became {after}: the snapshot held nothing back, so this test shows nothing");
    }

    /// <remarks>Where a quarter of the page is free, two stripes are tried and given up again: half of the rows do not find room, a quarter does.</remarks>
    [Theory]
    [EachPostgres(45, 1)]
    [EachPostgres(75, 4)]
    public async Task Where_pages_have_room_few_stripes_are_enough_and_the_table_does_not_grow(int version, int fillfactor, int enough)
    {
        await using var scene = await Scene.CreateAsync(await servers.CreateAsync(postgres, version, Cancellation), Cancellation);

        var (before, after, report) = await FillAsync(scene, fillfactor);

        Assert.Equal(enough, report.Stripes?.Count);
        Assert.Contains("the pages have room", report.Stripes?.Reason, StringComparison.Ordinal);
        Assert.True(after < 1.1 * before, $"{before} blocks became {after}");
    }

    private static async Task<(long Before, long After, BackfillReport Report)> FillAsync(Scene scene, int fillfactor = 100)
    {
        await scene.Database.ExecuteAsync(
            $"""
            CREATE TABLE t (id int PRIMARY KEY, name text, filler text) WITH (autovacuum_enabled = false, fillfactor = {fillfactor});
            INSERT INTO t SELECT g, 'name ' || g, repeat('x', 80) FROM generate_series(1, {Rows}) AS g;
            CREATE INDEX ON t (name);
            ANALYZE t
            """,
            Cancellation);
        var job = await scene.PrepareAsync("t", "upper(lockkeeper_row.name)", Cancellation);
        var before = await BlocksAsync(scene);

        // One worker: the snapshot of another would hold the horizon back for as long as a busy machine makes its transaction last.
        var report = await scene.Backfiller(new BackfillOptions { Workers = 1 }).RunAsync(job, cancellationToken: Cancellation);

        Assert.Equal(Rows, report.Rows);
        await scene.AssertFilledAsync("t", "upper(name)", Cancellation);
        return (before, await BlocksAsync(scene), report);
    }

    private static Task<long> BlocksAsync(Scene scene) => scene.Database.ScalarAsync<long>(
        "SELECT pg_relation_size('t') / current_setting('block_size')::bigint", Cancellation);
}
