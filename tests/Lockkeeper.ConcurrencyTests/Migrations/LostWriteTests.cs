using System.Collections.Concurrent;
using System.Globalization;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.ConcurrencyTests.Migrations;

/// <summary>Clients of both versions own rows and remember what they wrote; in the end the tables hold just that.</summary>
public sealed class LostWriteTests(PostgresFixture postgres)
{
    private const int Owners = 6;
    private const int OldOwners = 4;
    private const int RowsOfEach = 3000;

    private const string Setup = """
        CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, price bigint NOT NULL);
        INSERT INTO orders SELECT i, 'c' || i, i FROM generate_series(0, 17999) i;
        """;

    // The new price has a remainder that the old version cannot see: if it is zero, somebody computed the price anew.
    private const string Yaml = """
        operations:
          - alter_column: { table: orders, column: price, type: numeric, up: price * 100, down: "div(price, 100)::bigint" }
          - add_column: { table: orders, up: upper(customer), column: { name: shout, type: text, nullable: true } }
        """;

    private static readonly Identifier New = new("public_02_change");

    private readonly ConcurrentDictionary<long, Row> _model = new(
        Enumerable.Range(0, Owners * RowsOfEach).Select(id => KeyValuePair.Create((long)id, new Row($"c{id}", id * 100L, $"C{id}"))));

    private long _next = Owners * RowsOfEach;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres(true)]
    [EachPostgres(false)]
    public async Task No_write_of_either_version_is_lost_in_a_storm_of_inserts(int version, bool complete)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await using var old = Traffic.Start(scene.Database, scene.Schema, WriteOld, OldOwners, seed);
        await old.MoreAsync(200, Cancellation);

        await scene.StartAsync(Yaml, Cancellation);
        await using var young = Traffic.Start(
            scene.Database, New, (client, random) => WriteNew(client + OldOwners, random), Owners - OldOwners, seed + 100);
        await young.MoreAsync(1000, Cancellation);
        await old.MoreAsync(1000, Cancellation);
        Assert.Empty(old.Failures.Concat(young.Failures));
        await young.StopAsync();
        // What the new version wrote must outlive writes of the old one that do not touch it.
        await using var after = Traffic.Start(
            scene.Database, scene.Schema, (client, random) => WriteOld(client + OldOwners, random), Owners - OldOwners, seed + 150);
        await after.MoreAsync(1000, Cancellation);
        await after.StopAsync();
        await old.StopAsync();
        Assert.Empty(old.Failures.Concat(after.Failures));
        await CompareAsync(scene, "public_02_change.orders", row => $"{row.Customer}|{row.Cents}|{row.Shout}", "customer || '|' || price || '|' || shout");
        await CompareAsync(scene, "orders", row => $"{row.Customer}|{row.Cents / 100}", "customer || '|' || price");

        await using var last = Traffic.Start(
            scene.Database, scene.Schema, complete ? WriteWhatIsThere : WriteOld, OldOwners, seed + 200);
        await last.MoreAsync(100, Cancellation);
        await (complete ? scene.Migrator().CompleteAsync(null, Cancellation) : scene.Migrator().RollbackAsync(null, Cancellation));
        await last.MoreAsync(100, Cancellation);
        await last.StopAsync();
        Assert.Empty(last.Failures);
        await CompareAsync(
            scene,
            "orders",
            row => complete ? $"{row.Customer}|{row.Cents}" : $"{row.Customer}|{row.Cents / 100}",
            "customer || '|' || price");
        Assert.Equal(0, await scene.Database.ScalarAsync<long>(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Cancellation));
    }

    // What is written while the tables are swapped means one thing before and another after: only that it never fails is checked.
    private static string WriteWhatIsThere(int owner, Random random) => Text(
        $"UPDATE orders SET customer = customer WHERE id = {random.Next(Owners * RowsOfEach)}");

    private string WriteOld(int owner, Random random)
    {
        var (name, price) = ($"o{random.Next()}", random.Next(1_000_000));
        if (random.Next(3) == 0)
        {
            return Insert(owner, new Row(name, price * 100L, name.ToUpperInvariant()), $"'{name}', {price}", "customer, price");
        }

        return Change(owner, random, (kind, row) => kind switch
        {
            0 => (row with { Customer = name, Shout = name.ToUpperInvariant() }, $"customer = '{name}'"),

            // A statement that sets a column to what it is carries nothing over.
            1 => (row, "customer = customer, price = price"),
            _ => (row with { Cents = row.Cents / 100 == price ? row.Cents : price * 100L }, Text($"price = {price}")),
        });
    }

    private string WriteNew(int owner, Random random)
    {
        var (name, cents) = ($"n{random.Next()}", (random.Next(1_000_000) * 100L) + 7);
        if (random.Next(3) == 0)
        {
            return Insert(owner, new Row(name, cents, "own"), $"'{name}', {cents}, 'own'", "customer, price, shout");
        }

        return Change(owner, random, (kind, row) => kind switch
        {
            0 => (row with { Shout = "own" }, "shout = 'own'"),
            1 => (row with { Customer = name }, $"customer = '{name}'"),
            _ => (row with { Cents = cents }, Text($"price = {cents}")),
        });
    }

    // One in four rows is deleted; a row that is gone is written to all the same, and stays gone.
    private string Change(int owner, Random random, Func<int, Row, (Row Row, string Assignments)> change)
    {
        var id = Own(owner, random);
        if (!_model.TryGetValue(id, out var row))
        {
            return Text($"UPDATE orders SET price = 0 WHERE id = {id}");
        }

        if (random.Next(4) == 0)
        {
            _model.TryRemove(id, out _);
            return Text($"DELETE FROM orders WHERE id = {id}");
        }

        (_model[id], var assignments) = change(random.Next(3), row);
        return Text($"UPDATE orders SET {assignments} WHERE id = {id}");
    }

    private string Insert(int owner, Row row, string values, string columns)
    {
        var id = (Interlocked.Increment(ref _next) * Owners) + owner;
        _model[id] = row;
        return Text($"INSERT INTO orders (id, {columns}) VALUES ({id}, {values})");
    }

    private static long Own(int owner, Random random) => (random.NextInt64(RowsOfEach) * Owners) + owner;

    private async Task CompareAsync(MigrationScene scene, string from, Func<Row, string> expected, string columns)
    {
        var rows = await scene.Database.QueryAsync($"SELECT id, {columns} FROM {from}", Cancellation);
        var actual = rows.ToDictionary(row => (long)row[0]!, row => (string)row[1]!);
        var wrong = _model.Where(row => actual.GetValueOrDefault(row.Key) != expected(row.Value))
            .Select(row => $"{row.Key}: {expected(row.Value)}, but {actual.GetValueOrDefault(row.Key)}")
            .Concat(actual.Keys.Where(id => !_model.ContainsKey(id)).Select(id => $"{id}: should not be there"));
        Assert.Empty(wrong.Take(10));
    }

    private static string Text(FormattableString sql) => sql.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(string Customer, long Cents, string Shout);
}
