using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill.State;

/// <summary>A worker that lives and has fallen silent: the server still knows its session, and only the lease tells.</summary>
public sealed class LeaseTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_claim_is_kept_until_its_lease_ends_and_then_it_moves_nothing_any_more(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE t ();
            INSERT INTO lockkeeper.backfills (name, table_name) VALUES ('job', 't');
            INSERT INTO lockkeeper.backfill_ranges (backfill, leaf, relfilenode, first_block, end_block, next_block)
            VALUES ('job', 't'::regclass, 1, 0, 1000, 0)
            """,
            Cancellation);
        await using var silent = await scene.DataSource.OpenConnectionAsync(Cancellation);
        await using var other = await scene.DataSource.OpenConnectionAsync(Cancellation);
        var first = await StoreAsync(scene, silent);
        var second = await StoreAsync(scene, other);

        var range = await first.ClaimAsync(Cancellation);
        Assert.NotNull(range);
        Assert.Null(await second.ClaimAsync(Cancellation));

        await scene.Database.ExecuteAsync("UPDATE lockkeeper.backfill_ranges SET lease_until = clock_timestamp() - interval '1 ms'", Cancellation);
        Assert.Equal(range.Id, (await second.ClaimAsync(Cancellation))?.Id);

        await first.PassAsync(range, new Chunk(0, 500), Cancellation);
        await first.RenewAsync(range, Cancellation);
        await first.ReleaseAsync(range, Cancellation);
        Assert.Null(await first.ReadEndAsync(range, Cancellation));
        Assert.Equal(
            $"0 {other.ProcessID}",
            await scene.Database.ScalarAsync<string>("SELECT next_block || ' ' || worker_pid FROM lockkeeper.backfill_ranges", Cancellation));
    }

    private static async Task<RangeStore> StoreAsync(Scene scene, NpgsqlConnection connection) => new(
        connection,
        new Backend(connection.ProcessID, await scene.Database.ScalarAsync<DateTime>("SELECT clock_timestamp()", Cancellation)),
        "job",
        TimeSpan.FromHours(1));
}
