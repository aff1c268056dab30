using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Recording;
using Lockkeeper.TestKit;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Recording;

public sealed class LockOrderRecorderTests(PostgresFixture postgres)
{
    [Fact]
    public void Opposite_orders_are_found_without_ever_meeting()
    {
        var recorder = new LockOrderRecorder();
        var first = recorder.Begin();
        first.Lock(Customers.Table, RowLock.NoKeyUpdate);
        first.Lock(Orders.Table, RowLock.NoKeyUpdate);
        OtherWay(recorder);

        var found = Assert.Single(recorder.Contradictions);
        Assert.Contains(nameof(OtherWay), found.Stack, StringComparison.Ordinal);
        Assert.Contains(nameof(Opposite_orders_are_found_without_ever_meeting), found.OppositeStack, StringComparison.Ordinal);
        Assert.Equal("LK3030", Assert.Throws<LockOrderException>(recorder.ThrowIfContradicted).Code);
    }

    [Fact]
    public void A_way_round_over_three_tables_is_found()
    {
        var recorder = new LockOrderRecorder();
        Take(recorder, (Customers, RowLock.Update), (Orders, RowLock.Update));
        Take(recorder, (Orders, RowLock.Update), (Lines, RowLock.Update));
        Assert.Empty(recorder.Contradictions);
        Take(recorder, (Lines, RowLock.Update), (Customers, RowLock.Update));

        Assert.Single(recorder.Contradictions);
    }

    [Fact]
    public void Locks_that_do_not_wait_for_each_other_contradict_nothing()
    {
        var recorder = new LockOrderRecorder();
        Take(recorder, (Customers, RowLock.KeyShare), (Orders, RowLock.NoKeyUpdate));
        Take(recorder, (Orders, RowLock.NoKeyUpdate), (Customers, RowLock.NoKeyUpdate));

        Assert.Empty(recorder.Contradictions);
    }

    [Fact]
    public void Going_over_a_table_twice_contradicts_itself()
    {
        var recorder = new LockOrderRecorder();
        Take(recorder, (Customers, RowLock.NoKeyUpdate), (Customers, RowLock.NoKeyUpdate));

        Assert.Equal(Customers.Table, Assert.Single(recorder.Contradictions).Held);
    }

    [Theory, EachPostgres]
    public async Task Units_contradict_neither_each_other_nor_themselves_and_show_who_does(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var recorder = new LockOrderRecorder();
        using var writer = scene.Writer(new BulkWriteOptions { Recorder = recorder }, Customers, Orders, Lines);
        await writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(1), new(2)]).Upsert(Orders, [new(1, 1), new(2, 2)]), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Upsert(Lines, [new(1, 1)]).Update(Customers, [new(1, "n")]).Delete(Orders, [new(2, 0)]), Scene.Token);
        Assert.Empty(recorder.Contradictions);

        Take(recorder, (Orders, RowLock.NoKeyUpdate), (Customers, RowLock.NoKeyUpdate));

        Assert.Single(recorder.Contradictions);
    }

    [Theory, EachPostgres]
    public async Task Commands_of_others_are_recorded_in_their_transactions(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var recorder = new LockOrderRecorder();
        using var writer = scene.Writer(new BulkWriteOptions { Recorder = recorder }, Customers, Orders);
        await writer.WriteAsync(new UnitOfWork().Upsert(Customers, [new(1)]).Upsert(Orders, [new(1, 1)]), Scene.Token);

        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);
        using (recorder.Watch(transaction))
        {
            await WriteAsync("UPDATE orders SET status = 'customers' WHERE id = 1");
            Assert.Empty(recorder.Contradictions);
            await WriteAsync("DELETE FROM public.customers WHERE id = 99");
        }

        var found = Assert.Single(recorder.Contradictions);
        Assert.Equal((Orders.Table, Customers.Table), (found.Held, found.Taken));
        Assert.Contains(nameof(Commands_of_others_are_recorded_in_their_transactions), found.Stack, StringComparison.Ordinal);

        async Task WriteAsync(string sql)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(Scene.Token);
        }
    }

    private static void OtherWay(LockOrderRecorder recorder)
    {
        var second = recorder.Begin();
        second.Lock(Orders.Table, RowLock.NoKeyUpdate);
        second.Lock(Customers.Table, RowLock.NoKeyUpdate);
    }

    private static void Take(LockOrderRecorder recorder, params ReadOnlySpan<(BulkWrite.Mapping.TableMap Map, RowLock Mode)> locks)
    {
        var transaction = recorder.Begin();
        foreach (var (map, mode) in locks)
        {
            transaction.Lock(map.Table, mode);
        }
    }
}
