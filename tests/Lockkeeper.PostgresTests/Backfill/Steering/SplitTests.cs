using Lockkeeper.Backfill.State;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill.Steering;

/// <summary>A worker that finds no range takes half of the longest one.</summary>
public sealed class SplitTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task The_range_with_the_most_left_is_cut_and_its_owner_learns_of_it(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE t ();
            INSERT INTO lockkeeper.backfills (name, table_name) VALUES ('job', 't');
            INSERT INTO lockkeeper.backfill_ranges (backfill, leaf, relfilenode, first_block, end_block, next_block)
            VALUES ('job', 't'::regclass, 1, 0, 10000, 5000), ('job', 't'::regclass, 1, 10000, 20000, 19900)
            """,
            Cancellation);
        await using var mine = await scene.DataSource.OpenConnectionAsync(Cancellation);
        await using var other = await scene.DataSource.OpenConnectionAsync(Cancellation);
        var owner = new RangeStore(mine, new Backend(1, DateTime.UnixEpoch), "job", TimeSpan.FromMinutes(1));
        var idle = new RangeStore(other, new Backend(2, DateTime.UnixEpoch), "job", TimeSpan.FromMinutes(1));
        await scene.Database.ExecuteAsync(
            "UPDATE lockkeeper.backfill_ranges SET worker_pid = 1, worker_since = '1970-01-01 00:00:00+00', lease_until = now() + interval '1 h'", Cancellation);

        Assert.True(await idle.SplitAsync(Cancellation));

        Assert.Equal(
            ["0 5000 7500", "7500 7500 10000", "10000 19900 20000"],
            (await scene.Database.QueryAsync(
                "SELECT concat_ws(' ', first_block, next_block, end_block) FROM lockkeeper.backfill_ranges ORDER BY first_block", Cancellation))
            .Select(row => (string)row[0]!));
        Assert.Equal(7500, await owner.ReadEndAsync(new ClaimedRange(1, 0, default, 5000, 10000), Cancellation));
        Assert.Null(await idle.ReadEndAsync(new ClaimedRange(1, 0, default, 5000, 10000), Cancellation));

        // It goes on until no range is worth it; all of them together are still every block that was left.
        while (await idle.SplitAsync(Cancellation))
        {
        }

        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfill_ranges", "end_block - next_block >= 128 OR end_block - next_block < 64", Cancellation));
        Assert.Equal(5100L, await scene.Database.ScalarAsync<long>("SELECT sum(end_block - next_block)::bigint FROM lockkeeper.backfill_ranges", Cancellation));
    }
}
