using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>Rows that somebody has changed since the caller looked at them are left alone, and the caller does not learn their new token by it.</summary>
public sealed class TokenTests(PostgresFixture postgres)
{
    private const string Sql = "CREATE TABLE pages (id int PRIMARY KEY, text text, version smallint NOT NULL); INSERT INTO pages SELECT g, 'old', 1 FROM generate_series(1, 3) AS g;";

    private static readonly TableMap<Page> Counted = TableMap.Of<Page>("public", "pages", t => t
        .Key(p => p.Id).Column(p => p.Text).Version(p => p.Version, (p, version) => p.Version = version));

    private static readonly TableMap<Page> Kept = TableMap.Of<Page>("public", "pages", t => t
        .Key(p => p.Id).Column(p => p.Text).ColumnOnInsert(p => p.Version).OnlyIfStill(p => p.Xmin, (p, xmin) => p.Xmin = xmin, "xmin"));

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task A_version_is_compared_and_counted_up(int version, int stageFromRows)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "UPDATE pages SET version = 2 WHERE id = 2");
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows }, Counted);
        Page[] pages = [new(1, "new"), new(2, "new"), new(3, "old"), new(4, "new")];

        var report = await writer.WriteAsync(new UnitOfWork().Update(Counted, pages), Scene.Token);

        Assert.Equal((1, 2, 1), (report.Updated, report.Skipped, report.NotFound));
        Assert.Equal([2, 1, 1, 1], pages.Select(page => (int)page.Version));
        Assert.Equal("new|2\nold|2\nold|1", await scene.RowsAsync("SELECT text, version FROM pages ORDER BY id"));
    }

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task What_the_server_keeps_is_compared_and_read_back(int version, int stageFromRows)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var known = (uint)await scene.ScalarAsync<long>("SELECT xmin::text::bigint FROM pages WHERE id = 1");
        await scene.ExecuteAsync("UPDATE pages SET text = 'theirs' WHERE id = 2");
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows }, Kept);
        Page[] pages = [.. Enumerable.Range(1, 3).Select(id => new Page(id, "new") { Xmin = known })];
        Page[] added = [new(4, "added")];

        var report = await writer.WriteAsync(new UnitOfWork().Update(Kept, pages), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Insert(Kept, added), Scene.Token);

        Assert.Equal((2, 1), (report.Updated, report.Skipped));
        Assert.Equal(known, pages[1].Xmin);
        Assert.Equal(
            FormattableString.Invariant($"{pages[0].Xmin}|new\n{pages[2].Xmin}|new\n{added[0].Xmin}|added"),
            await scene.RowsAsync("SELECT xmin, text FROM pages WHERE text <> 'theirs' ORDER BY id"));
    }

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task An_upsert_compares_it_where_the_row_is_there(int version, int stageFromRows)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var known = (uint)await scene.ScalarAsync<long>("SELECT xmin::text::bigint FROM pages WHERE id = 1");
        await scene.ExecuteAsync("UPDATE pages SET text = 'theirs' WHERE id = 2");
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows }, Kept);

        // The last one was never read, and is there.
        Page[] pages = [new(4, "new"), new(1, "new") { Xmin = known }, new(2, "new") { Xmin = known }, new(3, "new")];

        var report = await writer.WriteAsync(new UnitOfWork().Upsert(Kept, pages), Scene.Token);

        Assert.Equal((1, 1, 2, 0), (report.Inserted, report.Updated, report.Skipped, report.Unchanged));
        Assert.Equal("new\ntheirs\nold\nnew", await scene.RowsAsync("SELECT text FROM pages ORDER BY id"));
        Assert.Equal((known, 0U), (pages[2].Xmin, pages[3].Xmin));
        Assert.Equal(
            FormattableString.Invariant($"{pages[1].Xmin}\n{pages[0].Xmin}"), await scene.RowsAsync("SELECT xmin FROM pages WHERE text = 'new' ORDER BY id"));
    }

    [Theory, EachPostgres]
    public async Task A_null_that_is_known_is_compared_too(int version)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, "CREATE TABLE notes (id int PRIMARY KEY, text text, stamp text); INSERT INTO notes VALUES (1, 'a', NULL), (2, 'a', 'x'), (3, 'a', NULL), (4, 'a', 'x')");
        var map = TableMap.Of<(int Id, string Text, string? Stamp)>("public", "notes", t => t
            .Key(n => n.Id).Column(n => n.Text).OnlyIfStill(n => n.Stamp, (_, _) => { }, "stamp"));
        using var writer = scene.Writer(map);

        var report = await writer.WriteAsync(new UnitOfWork().Upsert(map, [(1, "b", null), (2, "b", null), (3, "b", "x"), (4, "b", "x")]), Scene.Token);

        Assert.Equal((2, 2), (report.Updated, report.Skipped));
        Assert.Equal("b\na\na\nb", await scene.RowsAsync("SELECT text FROM notes ORDER BY id"));
    }

    private sealed class Page(int id, string text)
    {
        public int Id => id;

        public string Text => text;

        public short Version { get; set; } = 1;

        public uint Xmin { get; set; }
    }
}
