using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.TestKit;
using static Lockkeeper.BulkWriteTests.Scenarios.Family;

namespace Lockkeeper.BulkWriteTests.Counters;

/// <summary>A counter that follows rows counts what units really did to them, however it is kept and however the rows went.</summary>
public sealed class FollowingTests(PostgresFixture postgres)
{
    private static readonly CounterTruth Truth = new("public", "children", "parent_id");

    // Children whose parent is given once and never written over, so that they can be upserted.
    private static readonly BulkWrite.Mapping.TableMap<Child> Staying = BulkWrite.Mapping.TableMap.Of<Child>("public", "children", t => t
        .Key(c => c.Id).ColumnOnInsert(c => c.ParentId).Column(c => c.Note));

    private static readonly BulkWrite.Mapping.TableMap<Child> Gated = BulkWrite.Mapping.TableMap.Of<Child>("public", "children", t => t
        .Key(c => c.Id).Column(c => c.ParentId).Column(c => c.Note).KeyGates());

    [Theory]
    [EachPostgres(CounterKind.Column, 100), EachPostgres(CounterKind.Slots, 100), EachPostgres(CounterKind.Deltas, 100)]
    [EachPostgres(CounterKind.Column, 1), EachPostgres(CounterKind.Deltas, 1)]
    public async Task What_is_inserted_moved_and_deleted_is_counted(int version, CounterKind kind, int stageFromRows)
    {
        var counter = Of(kind, Truth);
        await using var scene = await OpenAsync(version, counter);
        using var writer = Writer(scene, counter, new BulkWriteOptions { StageFromRows = stageFromRows });

        // Child 1 is there; child 30 has no parent.
        var inserted = await writer.WriteAsync(
            new UnitOfWork().Insert(Children, [new(20, 2), new(21, 2), new(30)]).InsertOrIgnore(Children, [new(22, 3), new(1, 3)]), Scene.Token);
        await AssertExactAsync(scene, counter);

        // Child 20 changes its note only, 23 is new, 99 is not there.
        var upserted = await writer.WriteAsync(new UnitOfWork().Upsert(Staying, [new(20, 9, "noted"), new(23, 4)]), Scene.Token);
        await AssertExactAsync(scene, counter);
        await writer.WriteAsync(new UnitOfWork().Update(Children, [new(2, 5), new(3), new(30, 6), new(4, 4, "old"), new(99, 1)]), Scene.Token);
        await AssertExactAsync(scene, counter);
        var deleted = await writer.WriteAsync(
            new UnitOfWork().Delete(Children, [new(5), new(6), new(3), new(99)]).Insert(Children, [new(40, 5)]).Count(counter, 9, 0), Scene.Token);
        await AssertExactAsync(scene, counter);

        Assert.Equal((4, 1), (inserted.Changes[0].Inserted + inserted.Changes[1].Inserted, inserted.Changes[1].Skipped));
        Assert.Equal((1, 1), (upserted.Changes[0].Inserted, upserted.Changes[0].Updated));
        Assert.Equal((3, 1), (deleted.Changes[0].Deleted, deleted.Changes[0].NotFound));
    }

    [Theory, EachPostgres]
    public async Task What_a_row_counts_for_may_be_an_expression_and_a_condition(int version)
    {
        var counter = Of(CounterKind.Deltas, Truth with { Amount = "length(counted.note)", Condition = "counted.note <> 'old'" });
        await using var scene = await OpenAsync(version, counter);
        using var writer = Writer(scene, counter);

        var plan = await writer.PlanAsync(new UnitOfWork().Delete(Children, [new(1)]), Scene.Token);
        Assert.EndsWith("-- \"public\".\"parents\": count in \"amount\" (Deltas) what the statements gave back\n", plan.ToString(), StringComparison.Ordinal);
        await writer.WriteAsync(new UnitOfWork().Insert(Children, [new(20, 1, "four"), new(21, 1, "old")]), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Update(Children, [new(20, 1, "twelve chars"), new(2, 2, "three")]), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Update(Children, [new(2, 1, "three"), new(21, 2, "old")]), Scene.Token);

        Assert.Equal("1|17\n2|0", await scene.RowsAsync($"SELECT id, {counter.Expression("parents")} FROM parents WHERE id < 3 ORDER BY id"));
    }

    [Theory, EachPostgres]
    public async Task A_row_that_somebody_else_deleted_meanwhile_is_not_counted(int version)
    {
        var counter = Of(CounterKind.Column, Truth);
        await using var scene = await OpenAsync(version, counter);
        using var writer = Writer(scene, counter);
        await using var holder = await scene.Database.OpenSessionAsync(Scene.Token);
        await holder.ExecuteAsync("BEGIN; DELETE FROM children WHERE id = 1", Scene.Token);
        var deleting = writer.WriteAsync(new UnitOfWork().Delete(Children, [new(1), new(2)]), Scene.Token);
        await using var observer = await Scenarios.SceneWaiting.SeeBlockedByAsync(scene, holder.Backend);
        await holder.ExecuteAsync("COMMIT", Scene.Token);

        Assert.Equal(1, (await deleting).Deleted);
        Assert.Equal("1|1\n2|0", await scene.RowsAsync("SELECT id, amount FROM parents WHERE id < 3 ORDER BY id"));
    }

    [Theory]
    [EachPostgres(CounterKind.Column, false), EachPostgres(CounterKind.Column, true)]
    [EachPostgres(CounterKind.Slots, false), EachPostgres(CounterKind.Deltas, false)]
    public async Task Many_writers_are_followed_exactly_and_do_not_deadlock(int version, CounterKind kind, bool keyGates)
    {
        var counter = Of(kind, Truth);
        var children = keyGates ? Gated : Children;
        await using var scene = await OpenAsync(version, counter);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Parents, children).With(counter), new BulkWriteOptions { Retries = 0 });

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 20; i++)
            {
                var ids = Enumerable.Range(1, 60).OrderBy(_ => random.Next()).Take(8).ToList();
                await writer.WriteAsync(
                    i % 2 == 0
                        ? new UnitOfWork().InsertOrIgnore(children, ids.Select(id => new Child(id, random.Next(1, 10))))
                        : new UnitOfWork().Delete(children, ids.Select(id => new Child(id))),
                    Scene.Token);
            }
        })));

        await AssertExactAsync(scene, counter);
        Assert.Equal(0, await scene.DeadlocksAsync());
    }

    // Each child also counts for a friend, who stays when its parent goes and takes it along.
    [Theory, EachPostgres]
    public async Task What_a_cascade_takes_is_named_and_found_by_reconciling(int version)
    {
        var truth = new CounterTruth("public", "children", "friend_id");
        var counter = Of(CounterKind.Column, truth);
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + """
            ALTER TABLE children ADD friend_id bigint;
            UPDATE children SET friend_id = 9;
            UPDATE parents SET amount = 9 WHERE id = 9;
            """);
        var logs = new CapturingLoggers();
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Parents, Children).With(counter), logs: logs);
        UnitOfWork Unit(long id) => new UnitOfWork().Delete(Parents, [new(id)]);

        var plan = await writer.PlanAsync(Unit(1), Scene.Token);
        await writer.WriteAsync(Unit(1), Scene.Token);
        await writer.WriteAsync(Unit(2), Scene.Token);

        Assert.Contains("\"amount\" of \"public\".\"parents\"", Assert.Single(plan.Tables[^1].Warnings), StringComparison.Ordinal);
        Assert.Contains("warning: rows of it go or change", plan.ToString(), StringComparison.Ordinal);
        Assert.Single(logs.Messages, message => message.Contains("which counts them", StringComparison.Ordinal));
        Assert.Equal("9", await scene.RowsAsync("SELECT amount FROM parents WHERE id = 9"));
        Assert.Equal(1, await new CounterReconciler<long>(scene.Source, writer, counter, truth).RunAsync(Scene.Token));
        Assert.Equal("7", await scene.RowsAsync("SELECT amount FROM parents WHERE id = 9"));
    }

    [Theory, EachPostgres]
    public async Task Where_who_counts_goes_too_nothing_is_missed(int version)
    {
        var counter = Of(CounterKind.Column, Truth);
        await using var scene = await OpenAsync(version, counter);
        using var writer = Writer(scene, counter);

        var plan = await writer.PlanAsync(new UnitOfWork().Delete(Parents, [new(1)]), Scene.Token);

        Assert.All(plan.Tables, table => Assert.Empty(table.Warnings));
    }

    [Theory, EachPostgres]
    public async Task An_upsert_that_may_move_rows_is_refused(int version)
    {
        var counter = Of(CounterKind.Column, Truth);
        await using var scene = await OpenAsync(version, counter);
        using var writer = Writer(scene, counter);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Upsert(Children, [new(1, 2)]), Scene.Token));

        Assert.Equal("LK3020", refused.Code);
    }

    private static Counter<long> Of(CounterKind kind, CounterTruth truth) =>
        new Counter<long>("public", "parents", "id", "amount", kind).Following(truth);

    private static BulkWriter Writer(Scene scene, Counter<long> counter, BulkWriteOptions? options = null) =>
        new(scene.Source, new BulkWriteTables(Parents, Children, Staying).With(counter), options);

    // Nine children, one of each parent, are there and have been counted.
    private async Task<Scene> OpenAsync(int version, Counter<long> counter)
    {
        var scene = await Scene.OpenAsync(postgres, version, Sql + string.Concat(counter.Ddl("bigint").Select(sql => sql + ";\n")));
        if (counter.Follows[0].Amount == "1")
        {
            await scene.ExecuteAsync(counter.Kind == CounterKind.Slots
                ? $"INSERT INTO {counter.SideTable} SELECT g, 0, 1 FROM generate_series(1, 9) AS g" : "UPDATE parents SET amount = 1");
        }

        return scene;
    }

    private static async Task AssertExactAsync(Scene scene, Counter<long> counter) => Assert.Equal(
        await scene.RowsAsync("SELECT id, (SELECT count(*) FROM children WHERE parent_id = parents.id) FROM parents ORDER BY id"),
        await scene.RowsAsync($"SELECT id, {counter.Expression("parents")} FROM parents ORDER BY id"));
}
