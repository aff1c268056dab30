using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;
using Npgsql;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>A verb that is cancelled or loses its connections says what is true, and what follows goes on where it stopped.</summary>
public sealed class InterruptionTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Migration Change => Migration.Parse(Table.Change, "02_change.yaml");

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_cancelled_start_goes_on_with_the_same_file_and_does_nothing_twice(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        using var cancel = new CancellationTokenSource();
        var events = Events.WhenHalfFilled(() => cancel.CancelAsync());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Migrator().StartAsync(Change, events, cancel.Token));

        Assert.Equal(MigrationState.Starting, (await scene.Migrator().StatusAsync(Cancellation)).State);
        var again = Events.Remembered();
        await scene.Migrator().StartAsync(Change, again, Cancellation);
        Assert.Contains(again.All, e => e is MigrationEvent.StageSkipped);
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Every_verb_can_be_cancelled_at_every_event_and_finished(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.StartAsync(Change, e, c), MigrationState.Started, Cancellation);
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.RollbackAsync(e, c), MigrationState.None, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
        await scene.StartAsync(Table.Change, Cancellation);
        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.CompleteAsync(e, c), MigrationState.Complete, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Sessions_ended_at_random_moments_leave_what_the_next_attempt_finishes(int version)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var ended = await PersistAsync(scene, random, m => m.StartAsync(Change, null, Cancellation));
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        ended += await PersistAsync(scene, random, m => m.RollbackAsync(null, Cancellation));
        await scene.AssertAsBeforeAsync(Cancellation);
        ended += await PersistAsync(scene, random, m => m.StartAsync(Change, null, Cancellation));
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        ended += await PersistAsync(scene, random, m => m.CompleteAsync(null, Cancellation));
        await scene.AssertNothingUnderWayAsync(Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine($"{ended} sessions ended");
        Assert.True(ended > 0, "No session was ended.");
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_server_killed_in_the_middle_of_a_backfill_and_started_again_is_waited_for(int version)
    {
        // Durable: a throw-away server writes no full pages, and a page that is half written when the process dies cannot be recovered.
        await using var server = await PostgresServer.StartAsync(new PostgresServerOptions { Version = version, Durable = true }, Cancellation);
        var database = await server.CreateDatabaseAsync(null, Cancellation);
        var test = new TestDatabase(version, database);
        await using var scene = await MigrationScene.CreateAsync(test, Table.Orders, Cancellation);
        var events = Events.WhenHalfFilled(async () =>
        {
            await server.KillAsync(Cancellation);
            await server.RestartAsync(Cancellation);
            test.CloseConnections();
        });

        await scene.Migrator().StartAsync(Change, events, Cancellation);

        Assert.True(events.HaveActed);
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_run_whose_lock_was_lost_to_another_stops(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var other = await scene.Database.OpenSessionAsync(Cancellation);
        var events = Events.WhenHalfFilled(() => other.ExecuteAsync(
            """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
            WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
            SELECT pg_advisory_lock(hashtextextended('lockkeeper/public', 0))
            """,
            Cancellation));

        var lost = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().StartAsync(Change, events, Cancellation));

        Assert.Equal("LK1307", lost.Code);
        Assert.Equal(MigrationOutcome.Resumable, lost.Outcome);
        Assert.Contains($"process {other.Backend}", lost.Message, StringComparison.Ordinal);
        await other.ExecuteAsync("SELECT pg_advisory_unlock_all()", Cancellation);
        await scene.Migrator().ResumeAsync(null, Cancellation);
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task An_interrupted_index_build_is_dropped_and_built_again(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var writer = await scene.Database.OpenSessionAsync(Cancellation);
        // The build waits for a transaction that has written to the table.
        var events = Events.When(
            e => e is MigrationEvent.StageStarted { Stage: Lockkeeper.Migrations.Planning.StatementStage },
            () => writer.ExecuteAsync("BEGIN; UPDATE orders SET pad = 'y' WHERE id = 1", Cancellation));

        var starting = scene.Migrator().StartAsync(Change, events, Cancellation);
        await writer.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND {writer.Backend} = ANY(pg_blocking_pids(pid)))",
            Cancellation);
        // Other tests build indexes on the same server.
        Assert.Equal(1, await scene.Database.ScalarAsync<long>(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND query LIKE 'CREATE INDEX CONCURRENTLY%'
            """,
            Cancellation));

        var lost = await Assert.ThrowsAsync<MigrationException>(() => starting);
        Assert.Equal("LK1306", lost.Code);
        Assert.Equal(1, await scene.CountAsync("pg_index WHERE NOT indisvalid", Cancellation));
        await writer.ExecuteAsync("COMMIT", Cancellation);
        await scene.Migrator().ResumeAsync(null, Cancellation);
        Assert.Equal(0, await scene.CountAsync("pg_index WHERE NOT indisvalid", Cancellation));
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_the_server_still_does_of_a_killed_run_is_waited_for_and_not_done_again(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        using var cancel = new CancellationTokenSource();
        var events = Events.When(e => e is MigrationEvent.StageStarted, () => cancel.CancelAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Migrator().StartAsync(Change, events, cancel.Token));
        await using var killed = await scene.Database.OpenSessionAsync(Cancellation);
        var steps = await killed.QueryAsync(
            "SELECT step->>'sql' FROM lockkeeper.migrations, json_array_elements(plan::json->'start'->0->'steps') step", Cancellation);
        // What its transaction does, in the order in which it does it.
        await killed.ExecuteAsync("BEGIN; SELECT FROM lockkeeper.migrations FOR NO KEY UPDATE", Cancellation);
        foreach (var step in steps)
        {
            await killed.ExecuteAsync((string)step[0]!, Cancellation);
        }

        await killed.ExecuteAsync("INSERT INTO lockkeeper.journal SELECT id, 'start', 1, 'by hand' FROM lockkeeper.migrations", Cancellation);
        var resuming = scene.Migrator().ResumeAsync(null, Cancellation);
        await killed.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE {killed.Backend} = ANY(pg_blocking_pids(pid)))", Cancellation);
        await killed.ExecuteAsync("COMMIT", Cancellation);

        await resuming;
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Limits_that_the_database_sets_for_its_applications_do_not_end_a_long_statement(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await scene.Database.ExecuteAsync(
            $"ALTER DATABASE \"{scene.Database.Name}\" SET statement_timeout = '1s'; ALTER DATABASE \"{scene.Database.Name}\" SET idle_session_timeout = '1s'",
            Cancellation);
        await using var writer = await scene.Database.OpenSessionAsync(Cancellation);
        await writer.ExecuteAsync("SET statement_timeout = 0; SET idle_session_timeout = 0", Cancellation);
        var events = Events.When(
            e => e is MigrationEvent.StageStarted { Stage: Lockkeeper.Migrations.Planning.StatementStage },
            () => writer.ExecuteAsync("BEGIN; UPDATE orders SET pad = 'y' WHERE id = 1", Cancellation));

        var starting = scene.Migrator().StartAsync(Change, events, Cancellation);
        await using var observer = await scene.Database.OpenSessionAsync(Cancellation);
        await observer.WaitUntilAsync(
            $"""
             EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND clock_timestamp() - query_start > interval '2 s'
                     AND {writer.Backend} = ANY(pg_blocking_pids(pid)))
             """,
            Cancellation);
        await writer.ExecuteAsync("COMMIT", Cancellation);

        await starting;
        Assert.Equal(0, await scene.CountAsync(Table.Wrong, Cancellation));
    }

    private static async Task<long> PersistAsync(MigrationScene scene, Random random, Func<Migrator, Task> verb)
    {
        await using var killer = await scene.Database.OpenAsync(Cancellation);
        var ended = 0L;
        for (var attempt = 0; ; attempt++)
        {
            // Fewer and fewer sessions are ended, so that one attempt comes through.
            var rarity = 40 << Math.Min(attempt, 14);
            var running = verb(scene.Migrator());
            while (!running.IsCompleted)
            {
                ended += random.Next(rarity) == 0 ? await EndOneAsync(killer) : await killer.ScalarAsync<long>("SELECT 0::bigint", Cancellation);
            }

            try
            {
                await running;
                return ended;
            }
            catch (MigrationException e) when (e is { Outcome: MigrationOutcome.Resumable, Code: "LK1306" or "LK1307" or "LK2001" } && attempt < 50)
            {
            }
            catch (MigrationException e) when (e.Code is "LK1202" or "LK1203" or "LK1205" && attempt > 0)
            {
                // The attempt before had done it, and lost its connection when it was to say so.
                return ended;
            }
            catch (NpgsqlException) when (attempt < 50)
            {
                // Ended before the verb had its lock: nothing was changed.
            }
        }
    }

    private static Task<long> EndOneAsync(NpgsqlConnection killer) => killer.ScalarAsync<long>(
        """
        SELECT count(pg_terminate_backend(pid)) FROM (
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'lockkeeper%' ORDER BY random() LIMIT 1) AS one
        """,
        Cancellation);
}
