using System.Globalization;
using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Ordering;

/// <summary>
/// The client and the server put rows in the same order, type by type: rows that the client sorted and rows that the server sorted are inserted alike.
/// The order is read from the identity column that the inserts count up.
/// </summary>
public sealed class ServerOrderTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public Task Integers(int version) => SameAsync(version, "int", [5, -1, 0, int.MinValue, int.MaxValue, 300, 256, 255]);

    [Theory, EachPostgres]
    public Task Numerics(int version) => SameAsync(version, "numeric", [5m, -1.5m, 0m, -1.49m, 1e20m, 0.001m, 0.01m, -1e20m]);

    [Theory, EachPostgres]
    public Task Texts(int version) => SameAsync(version, "text", ["b", "a", "B", "ä", "aa", "", "\uFF5E", "\U0001F600", "a b", "a-b", "_"]);

    [Theory, EachPostgres]
    public Task Padded_texts(int version) => SameAsync(version, "char(4)", ["b", "a", "ab", "B", "a!"]);

    [Theory, EachPostgres]
    public Task Byte_strings(int version) => SameAsync<byte[]>(version, "bytea", [[1], [], [0], [1, 0], [255], [0, 0], [0, 255]]);

    [Theory, EachPostgres]
    public Task Uuids(int version) => SameAsync(
        version, "uuid", [.. Enumerable.Range(0, 40).Select(i => new Guid((i * 7919) % 251, (short)(i * 31), (short)i, [.. BitConverter.GetBytes(i * 1L)]))]);

    [Theory, EachPostgres]
    public Task Dates(int version) => SameAsync<DateOnly>(version, "date", [new(2020, 1, 1), new(1, 1, 1), new(1999, 12, 31), new(2000, 1, 1)]);

    [Theory, EachPostgres]
    public Task Timestamps(int version) => SameAsync(
        version, "timestamptz", [.. new[] { 5L, 0, 7_000_000, 70 }.Select(t => new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(t * 10 - 300))]);

    [Theory, EachPostgres]
    public Task Booleans(int version) => SameAsync(version, "boolean", [true, false]);

    [Theory, EachPostgres]
    public Task Enumerations(int version) => SameAsync(version, "mood", ["sad", "happy", "ok"]);

    private async Task SameAsync<T>(int version, string type, T[] keys)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, $"""
            CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
            CREATE TABLE t (k {type} PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, way int);
            """);
        var map = TableMap.Of<(T Key, int Way)>("public", "t", t => t.Key(row => row.Key, "k").Column(row => row.Way, "way"));
        const string InOrder = "SELECT string_agg(k::text, ',' ORDER BY n) FROM t";

        using var byClient = scene.Writer(map);
        await byClient.WriteAsync(new UnitOfWork().Upsert(map, keys.Select(key => (key, 1))), Scene.Token);
        var client = await scene.ScalarAsync<string>(InOrder);
        await scene.ExecuteAsync("TRUNCATE t");
        using var byServer = scene.Writer(new BulkWriteOptions { BufferRows = 1 }, map);
        await byServer.WriteAsync(new UnitOfWork().Upsert(map, keys.Select(key => (key, 1))), Scene.Token);

        Assert.Equal(client, await scene.ScalarAsync<string>(InOrder));
        Assert.Equal(keys.Length.ToString(CultureInfo.InvariantCulture), await scene.ScalarAsync<string>("SELECT count(*)::text FROM t"));
    }
}
