using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Rows told by a condition, and updated as a client would update them.</summary>
public sealed class PlainBackfillTests(PostgresFixture postgres)
{
    private const int Rows = 20_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Rows_that_fit_are_updated_and_the_users_triggers_fire(int version)
    {
        await using var scene = await CreateAsync(version);
        await scene.Database.ExecuteAsync(
            """
            ALTER TABLE orders ADD COLUMN touched int NOT NULL DEFAULT 0;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched := NEW.touched + 1; RETURN NEW; END';
            CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()
            """,
            Cancellation);

        var report = await scene.Backfiller().RunAsync(JobOf("n", "1", "lockkeeper_row.n = 0 AND lockkeeper_row.id % 2 = 0"), cancellationToken: Cancellation);

        Assert.Equal((Rows / 2, 0), (report.Rows, report.RowsLeft));
        Assert.False(report.UserTriggersSilent);
        Assert.Equal(0, await scene.CountAsync("orders", "n <> (id + 1) % 2 OR touched <> n", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_row_that_still_fits_after_its_update_is_refused_and_its_chunk_undone(int version)
    {
        await using var scene = await CreateAsync(version);

        var refused = await Assert.ThrowsAsync<BackfillException>(
            () => scene.Backfiller().RunAsync(JobOf("n", "lockkeeper_row.n + 1", "lockkeeper_row.n >= 0"), cancellationToken: Cancellation));

        Assert.Equal("LK2022", refused.Code);
        Assert.Equal(0, await scene.CountAsync("orders", "n <> 0", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task It_ends_under_a_storm_of_rows_that_fit_and_says_how_many_are_left(int version)
    {
        await using var scene = await CreateAsync(version);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var inserted = 0L;
        var storm = Task.WhenAll(Enumerable.Range(1, 2).Select(client => InsertAsync(client)));

        var report = await scene.Backfiller().RunAsync(JobOf("n", "1", "lockkeeper_row.n = 0"), cancellationToken: Cancellation);
        await over.CancelAsync();
        await storm;

        // Nothing of what was there when it began is left, whatever came meanwhile.
        Assert.Equal(0, await scene.CountAsync("orders", $"n = 0 AND id <= {Rows}", Cancellation));
        Assert.True(inserted > 0);
        Assert.InRange(report.RowsLeft, 0, inserted);

        async Task InsertAsync(int client)
        {
            await using var session = await scene.Database.OpenSessionAsync(Cancellation);
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var first = (client * 1_000_000_000L) + (i * 100L);
                await session.ExecuteAsync($"INSERT INTO orders (id, name) SELECT g, 'x' FROM generate_series({first}, {first + 99}) AS g", Cancellation);
                Interlocked.Add(ref inserted, 100);
            }
        }
    }

    [Theory, EachPostgres]
    public async Task A_row_that_a_client_moves_behind_the_pass_is_found_by_another_round(int version)
    {
        await using var scene = await CreateAsync(version);
        await scene.Database.ExecuteAsync("DELETE FROM orders WHERE id <= 3000", Cancellation);
        await scene.Database.ExecuteAsync("VACUUM orders", Cancellation);

        var report = await scene.Backfiller(new BackfillOptions { Workers = 1 }, new SteppingTime()).RunAsync(
            JobOf("n", "1", "lockkeeper_row.n = 0"),
            OnProgress.HalfWay(() => scene.Database.ExecuteAsync(
                // Not HOT, because the name is indexed: the new versions go to where there is room, and that is at the beginning.
                $"CREATE INDEX ON orders (name); UPDATE orders SET name = name || '!' WHERE id > {Rows - 500}", Cancellation)),
            Cancellation);

        Assert.Equal(0, report.RowsLeft);
        Assert.Equal(0, await scene.CountAsync("orders", "n = 0", Cancellation));
        Assert.True(await scene.Database.ScalarAsync<int>("SELECT round FROM lockkeeper.backfills", Cancellation) > 1, "No row moved, or none was left.");
    }

    [Theory]
    [EachPostgres(false)]
    [EachPostgres(true)]
    public async Task Rows_are_updated_in_the_order_of_a_key_and_locked_ones_at_the_end(int version, bool descending)
    {
        await using var scene = await CreateAsync(version);
        await scene.Database.ExecuteAsync("UPDATE orders SET padding = repeat(chr(97 + (id % 3)::int), 10); CREATE SEQUENCE turn; CREATE INDEX ON orders (padding, id)", Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync("BEGIN; SELECT FROM orders WHERE id = 7 FOR UPDATE", Cancellation);
        var job = JobOf("n", "nextval('public.turn')::int", "lockkeeper_row.n = 0") with
        {
            Order = new BackfillOrder([new Identifier("padding"), new Identifier("id")], descending),
        };

        var shares = new List<double?>();
        var report = await scene.Backfiller().RunAsync(
            job,
            new OnProgress(progress =>
            {
                shares.Add(progress.OrderedShare);
                ReleaseWhen(progress.Rows >= Rows - 1, holder);
            }),
            Cancellation);

        // The planner's estimate of the rows stands in for their number; the pass over the blocks, which follows, has its own measure.
        Assert.Contains(shares, share => share is > 0 and < 1);
        Assert.Null(shares[^1]);
        Assert.Equal((Rows, 0), (report.Rows, report.RowsLeft));
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT n = (SELECT max(n) FROM orders) FROM orders WHERE id = 7", Cancellation));

        // Rows of one chunk get their numbers in whatever order the join has; those of a later chunk get higher ones. The first chunk has a hundred.
        var order = descending ? "padding DESC, id DESC" : "padding, id";
        Assert.Equal(100, await scene.CountAsync(
            $"(SELECT row_number() OVER (ORDER BY n) AS turn, row_number() OVER (ORDER BY {order}) AS place FROM orders WHERE id <> 7) AS o",
            "place <= 100 AND turn <= 100",
            Cancellation));
        Assert.Equal(
            descending ? "cba" : "abc",
            await scene.Database.ScalarAsync<string>(
                "SELECT string_agg(letter, '' ORDER BY turn) FROM (SELECT left(padding, 1) AS letter, avg(n) AS turn FROM orders GROUP BY 1) AS o", Cancellation));
    }

    [Fact]
    public async Task In_the_order_of_a_key_it_is_refused_too_when_a_row_still_fits()
    {
        await using var scene = await CreateAsync(PostgresVersions.First);
        var job = JobOf("n", "lockkeeper_row.n + 1", "lockkeeper_row.n >= 0") with { Order = new BackfillOrder([new Identifier("id")], false) };

        var refused = await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2022", refused.Code);
        Assert.Equal(0, await scene.CountAsync("orders", "n <> 0", Cancellation));
    }

    [Fact]
    public async Task Another_content_under_the_same_name_is_refused_until_the_first_is_done_or_forgotten()
    {
        await using var scene = await CreateAsync(PostgresVersions.First);
        var looping = JobOf("n", "lockkeeper_row.n + 1", "lockkeeper_row.n >= 0");
        await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller().RunAsync(looping, cancellationToken: Cancellation));
        var corrected = JobOf("n", "lockkeeper_row.n + 1", "lockkeeper_row.n = 0");

        var refused = await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller().RunAsync(corrected, cancellationToken: Cancellation));
        Assert.Equal("LK2023", refused.Code);

        await new BackfillControl(scene.DataSource).ForgetAsync(looping.Name, Cancellation);
        Assert.Equal(Rows, (await scene.Backfiller().RunAsync(corrected, cancellationToken: Cancellation)).Rows);
    }

    [Fact]
    public async Task A_process_that_joined_finishes_it_when_the_first_is_gone()
    {
        await using var scene = await CreateAsync(PostgresVersions.First);
        var job = JobOf("n", "1", "lockkeeper_row.n = 0");
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Backfiller(time: new SteppingTime()).RunAsync(
            job, OnProgress.HalfWay(gone.CancelAsync), gone.Token));

        Assert.True(await scene.Backfiller().JoinAsync(job.Name, cancellationToken: Cancellation));

        Assert.Equal(0, await scene.CountAsync("orders", "n = 0", Cancellation));
        Assert.Equal(1, await scene.CountAsync("lockkeeper.backfills", "finished_at IS NOT NULL", Cancellation));
    }

    private static void ReleaseWhen(bool allOthersAreDone, Session holder)
    {
        if (allOthersAreDone)
        {
            holder.ExecuteAsync("COMMIT", Cancellation).GetAwaiter().GetResult();
        }
    }

    private async Task<Scene> CreateAsync(int version)
    {
        var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", Rows, Cancellation);
        return scene;
    }

    private static BackfillJob JobOf(string column, string value, string condition) => new()
    {
        Name = "plain",
        Table = new TableName(new Identifier("public"), new Identifier("orders")),
        Condition = condition,
        Assignments = ImmutableArray.Create(new BackfillAssignment(new Identifier(column), value)),
    };
}
