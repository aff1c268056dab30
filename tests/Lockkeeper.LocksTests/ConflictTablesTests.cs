using Lockkeeper.Model.Locking;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

/// <summary>Which locks go along with which: every pair is tried, and compared with the tables that everything else is concluded from.</summary>
public sealed class ConflictTablesTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task Every_pair_of_table_locks_goes_along_or_not_as_it_is_written_down(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await using var holder = await scene.Database.OpenAsync(LockScene.Cancel);
        await using var other = await scene.Database.OpenAsync(LockScene.Cancel);
        foreach (var held in Enum.GetValues<LockMode>())
        {
            await holder.ExecuteAsync($"BEGIN; LOCK TABLE orders IN {held.InWords()} MODE", LockScene.Cancel);
            foreach (var requested in Enum.GetValues<LockMode>())
            {
                var refused = await IsRefusedAsync(other, $"LOCK TABLE orders IN {requested.InWords()} MODE NOWAIT");
                Assert.Equal((held, requested, held.ConflictsWith(requested)), (held, requested, refused));
            }

            await holder.ExecuteAsync("ROLLBACK", LockScene.Cancel);
        }
    }

    [Theory, EachPostgres]
    public async Task Every_pair_of_row_locks_goes_along_or_not_as_it_is_written_down(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync("INSERT INTO items VALUES (1, 5)", LockScene.Cancel);
        await using var holder = await scene.Database.OpenAsync(LockScene.Cancel);
        await using var other = await scene.Database.OpenAsync(LockScene.Cancel);
        (string Statement, RowLock Strength)[] takers =
        [
            .. Enum.GetValues<RowLock>().Select(strength => ($"SELECT FROM orders WHERE id = 1 {strength.InWords()}", strength)),
            ("INSERT INTO items VALUES (2, 1)", RowLock.KeyShare),
            ("UPDATE items SET \"order\" = 1", RowLock.KeyShare),
            ("UPDATE orders SET n = 7 WHERE id = 1", RowLock.NoKeyUpdate),
            ("UPDATE orders SET id = 101 WHERE id = 1", RowLock.Update),
            ("DELETE FROM orders WHERE id = 1", RowLock.Update),
        ];
        foreach (var (statement, held) in takers)
        {
            await holder.ExecuteAsync($"BEGIN; {statement}", LockScene.Cancel);
            foreach (var requested in Enum.GetValues<RowLock>())
            {
                var refused = await IsRefusedAsync(other, $"SELECT FROM orders WHERE id = 1 {requested.InWords()} NOWAIT");
                Assert.Equal((statement, requested, held.ConflictsWith(requested)), (statement, requested, refused));
            }

            await holder.ExecuteAsync("ROLLBACK", LockScene.Cancel);
        }
    }

    [Theory, EachPostgres]
    public async Task Who_waits_for_a_row_shows_by_its_tuple_lock_how_it_wants_it(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync("SELECT FROM orders FOR UPDATE");
        foreach (var strength in Enum.GetValues<RowLock>())
        {
            var waiter = await scene.WaitingAsync($"SELECT FROM orders WHERE id = {(int)strength + 1} {strength.InWords()}", holder);
            var mode = LockModeName.Parse(await holder.ScalarAsync<string>(
                $"SELECT mode FROM pg_locks WHERE pid = {waiter.Backend} AND locktype = 'tuple' AND granted", LockScene.Cancel));

            Assert.Equal((strength, strength.QueuesAs()), (strength, mode!.Value));
            Assert.Equal(strength, RowLockConflicts.WantedBy(mode.Value));
        }
    }

    private static async Task<bool> IsRefusedAsync(NpgsqlConnection connection, string statement)
    {
        try
        {
            await connection.ExecuteAsync($"BEGIN; {statement}", LockScene.Cancel);
            return false;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return true;
        }
        finally
        {
            await connection.ExecuteAsync("ROLLBACK", LockScene.Cancel);
        }
    }
}
