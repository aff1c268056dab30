using Lockkeeper.BulkWrite.Recording;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWriteTests.Recording;

public sealed class CommandLocksTests
{
    [Theory]
    [InlineData("SELECT * FROM orders", "")]
    [InlineData("SELECT * FROM orders WHERE id = 1 FOR UPDATE", "public.orders Update")]
    [InlineData("SELECT * FROM orders o JOIN x ON true FOR NO KEY UPDATE OF o SKIP LOCKED", "public.orders NoKeyUpdate")]
    [InlineData("select 1 from shop.orders for key share", "shop.orders KeyShare")]
    [InlineData("SELECT * FROM orders WHERE id IN (1, 2) FOR UPDATE", "public.orders Update")]
    [InlineData("INSERT INTO orders VALUES (1)", "public.orders Update")]
    [InlineData("INSERT INTO orders AS o SELECT * FROM x ON CONFLICT (id) DO UPDATE SET a = 1", "public.orders NoKeyUpdate")]
    [InlineData("UPDATE ONLY \"Shop\".\"Or\"\"ders\" SET a = 1 FROM x", "Shop.Or\"ders NoKeyUpdate")]
    [InlineData("DELETE FROM Orders WHERE note = 'UPDATE lines SET x'", "public.orders Update")]
    [InlineData("-- DELETE FROM a\nDELETE FROM b /* UPDATE c */", "public.b Update")]
    [InlineData("WITH gone AS (DELETE FROM a RETURNING id) UPDATE b SET n = 1 FROM gone", "public.a Update, public.b NoKeyUpdate")]
    [InlineData("MERGE INTO t USING s ON true WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)", "public.t NoKeyUpdate")]
    [InlineData("INSERT INTO t SELECT lockkeeper_row FROM s", "")]
    public void What_a_command_locks_is_read_from_its_text(string sql, string locks) => Assert.Equal(
        locks, string.Join(", ", CommandLocks.Of(sql, new Identifier("public")).Select(l => $"{l.Table.Schema.Value}.{l.Table.Name.Value} {l.Mode}")));
}
