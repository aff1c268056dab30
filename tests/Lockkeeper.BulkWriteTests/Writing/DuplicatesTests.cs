using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>Rows with the same key in one input become one, by the rule that was declared.</summary>
public sealed class DuplicatesTests(PostgresFixture postgres)
{
    private static readonly Row[] Rows = [new(1, "first", 5), new(2, "other", 1), new(1, "second", 9), new(1, "third", 7)];

    public sealed record Row(long Id, string Name, int Size);

    [Theory]
    [EachPostgres(DuplicateRule.First, false), EachPostgres(DuplicateRule.First, true)]
    [EachPostgres(DuplicateRule.Last, false), EachPostgres(DuplicateRule.Last, true)]
    public async Task First_and_last(int version, DuplicateRule rule, bool streamed)
    {
        var written = await WriteAsync(version, streamed, t => t.Duplicates(rule));

        Assert.Equal(rule == DuplicateRule.First ? "1|first|5\n2|other|1" : "1|third|7\n2|other|1", written);
    }

    [Theory, EachPostgres]
    public async Task Greatest(int version) =>
        Assert.Equal("1|second|9\n2|other|1", await WriteAsync(version, false, t => t.GreatestBy(row => row.Size)));

    [Theory, EachPostgres]
    public async Task Merged(int version) => Assert.Equal(
        "1|third|21\n2|other|1", await WriteAsync(version, false, t => t.MergeDuplicates((x, y) => y with { Size = x.Size + y.Size })));

    [Theory, EachPostgres(false), EachPostgres(true)]
    public async Task Refused_unless_declared(int version, bool streamed)
    {
        var refused = await Assert.ThrowsAsync<BulkWriteException>(() => WriteAsync(version, streamed, t => t));

        Assert.Equal("LK3007", refused.Code);
        Assert.Contains(refused.Row, new long?[] { 2, 3 });
    }

    [Theory, EachPostgres]
    public async Task What_needs_the_rows_in_memory_says_so(int version)
    {
        var refused = await Assert.ThrowsAsync<BulkWriteException>(() => WriteAsync(version, true, t => t.GreatestBy(row => row.Size)));

        Assert.Equal("LK3011", refused.Code);
    }

    private async Task<string> WriteAsync(int version, bool streamed, Func<TableMapBuilder<Row>, TableMapBuilder<Row>> rule)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE t (id bigint PRIMARY KEY, name text, size int)");
        var map = TableMap.Of<Row>("public", "t", t => rule(t.Key(row => row.Id).Column(row => row.Name).Column(row => row.Size)));
        using var writer = scene.Writer(new BulkWriteOptions { BufferRows = streamed ? 1 : 100 }, map);
        var report = await writer.WriteAsync(new UnitOfWork().Upsert(map, Rows), Scene.Token);
        Assert.Equal((4, 2, 2), (report.Changes[0].Given, report.Changes[0].Duplicates, report.Inserted));
        return await scene.RowsAsync("SELECT * FROM t ORDER BY id");
    }
}
