using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Statements that are cancelled, by a timeout or by somebody, cost time and nothing else.</summary>
public sealed class CancelledStatementTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Where_no_chunk_can_be_short_enough_the_rows_are_filled_one_by_one_and_the_bookkeeping_takes_its_time(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(500, Cancellation);
        // A chunk then has 1 ms, and so had claiming a range, which takes longer.
        await scene.Database.ExecuteAsync($"ALTER DATABASE {scene.Database.Name} SET deadlock_timeout = '1ms'", Cancellation);
        await scene.Database.ExecuteAsync(
            """
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN new; END $$;
            CREATE TRIGGER slow BEFORE UPDATE ON lockkeeper.backfill_ranges FOR EACH ROW EXECUTE FUNCTION slow();
            ALTER TABLE lockkeeper.backfill_ranges ENABLE ALWAYS TRIGGER slow
            """,
            Cancellation);

        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres]
    public async Task Whatever_statement_of_it_is_cancelled_by_somebody_the_backfill_goes_on(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(20_000, Cancellation);
        await using var somebody = await scene.Database.OpenSessionAsync(Cancellation);

        var running = scene.Backfiller(time: new SteppingTime()).RunAsync(job, cancellationToken: Cancellation);
        var cancelled = 0L;
        while (!running.IsCompleted && cancelled < 50)
        {
            cancelled += await somebody.ScalarAsync<long>(
                """
                SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity
                WHERE application_name = 'lockkeeper backfill' AND state = 'active' AND datname = current_database()
                """,
                Cancellation);
        }

        await running;

        Assert.True(cancelled > 0, "no statement was caught");
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }
}
