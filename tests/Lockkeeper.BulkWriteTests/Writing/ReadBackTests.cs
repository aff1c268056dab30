using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>What the server made of a row comes back into it, whether the row is new or was there.</summary>
public sealed class ReadBackTests(PostgresFixture postgres)
{
    private const string Sql = """
        CREATE TABLE places (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY, name text NOT NULL UNIQUE, visits int, note text);
        INSERT INTO places (id, name, visits, note) OVERRIDING SYSTEM VALUE VALUES (1, 'b', 5, 'first'), (2, 'd', 7, NULL);
        """;

    private static readonly TableMap<Place> Places = TableMap.Of<Place>("public", "places", t => t
        .Key(p => p.Name).Column(p => p.Visits, merge: Merge.Add)
        .ReadBack<long>("id", (p, id) => p.Id = id).ReadBack<int>("visits", (p, visits) => p.Visits = visits)
        .ReadBack<string?>("note", (p, note) => p.Note = note));

    [Theory]
    [EachPostgres(ChangeKind.InsertOrIgnore, 100), EachPostgres(ChangeKind.InsertOrIgnore, 1)]
    [EachPostgres(ChangeKind.Upsert, 100), EachPostgres(ChangeKind.Upsert, 1)]
    [EachPostgres(ChangeKind.Update, 100), EachPostgres(ChangeKind.Update, 1)]
    public async Task Keys_of_new_rows_and_of_those_that_were_there(int version, ChangeKind kind, int stageFromRows)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows }, Places);
        Place[] rows = [new("d"), new("a"), new("b"), new("c")];
        var unit = new UnitOfWork();

        await writer.WriteAsync(
            kind switch
            {
                ChangeKind.Upsert => unit.Upsert(Places, rows),
                ChangeKind.Update => unit.Update(Places, rows),
                _ => unit.InsertOrIgnore(Places, rows),
            },
            Scene.Token);

        var there = await scene.RowsAsync("SELECT name, id, visits, note FROM places ORDER BY name");
        Assert.Equal(there, string.Join('\n', rows.Where(row => row.Id != 0).OrderBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => FormattableString.Invariant($"{row.Name}|{row.Id}|{row.Visits}|{row.Note}"))));
        Assert.Equal(kind == ChangeKind.Update ? 2 : 4, rows.Count(row => row.Id != 0));
        Assert.Equal((1, 2), (rows[2].Id, rows[0].Id));
    }

    [Theory, EachPostgres]
    public async Task A_unit_that_fails_puts_nothing_back(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "CREATE TABLE strict (id int PRIMARY KEY CHECK (id < 5))");
        var strict = TableMap.Of<int>("public", "strict", t => t.Key(id => id, "id"));
        using var writer = scene.Writer(Places, strict);
        Place[] rows = [new("b")];

        await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Upsert(Places, rows).Insert(strict, [9]), Scene.Token));

        Assert.Equal((0, 1), (rows[0].Id, rows[0].Visits));
    }

    [Theory, EachPostgres]
    public async Task A_type_that_the_driver_does_not_read_is_found_before_anything_runs(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var map = TableMap.Of<Place>("public", "places", t => t.Key(p => p.Name).Column(p => p.Visits).ReadBack<Guid>("id", (_, _) => { }));
        using var writer = scene.Writer(map);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().InsertOrIgnore(map, [new("new")]), Scene.Token));

        Assert.Equal("LK3003", refused.Code);
        Assert.Equal(2, await scene.ScalarAsync<long>("SELECT count(*) FROM places"));
    }

    // An array column is not looked at before. The server has committed by the time that it is read.
    [Theory, EachPostgres]
    public async Task What_cannot_be_read_is_said_to_be_written(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE t (id int PRIMARY KEY, tags int[] DEFAULT '{1}')");
        var map = TableMap.Of<int>("public", "t", t => t.Key(id => id, "id").ReadBack<Guid>("tags", (_, _) => { }));
        using var writer = scene.Writer(map);

        var unread = await Assert.ThrowsAsync<BulkWriteException>(() => writer.WriteAsync(new UnitOfWork().Insert(map, [1]), Scene.Token));

        Assert.Equal("LK3021", unread.Code);
        Assert.Equal("1", await scene.RowsAsync("SELECT id FROM t"));
    }

    // The driver reads a bigint as an int until one is too large: the type alone tells nothing beforehand.
    [Theory, EachPostgres]
    public async Task A_number_that_is_too_large_to_read_is_said_to_be_written(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE t (id int PRIMARY KEY, made bigint DEFAULT 3000000000, exact numeric DEFAULT 1e40)");
        foreach (var (id, map) in new[]
        {
            (1, TableMap.Of<int>("public", "t", t => t.Key(id => id, "id").ReadBack<int>("made", (_, _) => { }))),
            (2, TableMap.Of<int>("public", "t", t => t.Key(id => id, "id").ReadBack<decimal>("exact", (_, _) => { }))),
        })
        {
            using var writer = scene.Writer(map);

            var unread = await Assert.ThrowsAsync<BulkWriteException>(() => writer.WriteAsync(new UnitOfWork().Insert(map, [id]), Scene.Token));

            Assert.Equal(("LK3021", false), (unread.Code, unread.OutcomeKnown));
            Assert.Equal(1, await scene.ScalarAsync<long>($"SELECT count(*) FROM t WHERE id = {id}"));
        }
    }

    // The type of the elements is asked for as an array, which must not refuse what can be read by itself.
    [Theory, EachPostgres]
    public async Task Types_that_the_driver_knows_only_as_text_are_read(int version)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (id int PRIMARY KEY, mood mood DEFAULT 'glad', doc jsonb DEFAULT '{}', spoken name DEFAULT 'n')");
        var read = new List<string>();
        var map = TableMap.Of<int>("public", "t", t => t.Key(id => id, "id").ReadBack<string>("mood", (_, mood) => read.Add(mood))
            .ReadBack<string>("doc", (_, doc) => read.Add(doc)).ReadBack<string>("spoken", (_, name) => read.Add(name)));
        using var writer = scene.Writer(map);

        await writer.WriteAsync(new UnitOfWork().Insert(map, [1]), Scene.Token);

        Assert.Equal(["glad", "{}", "n"], read);
    }

    [Theory, EachPostgres]
    public async Task Rows_that_stream_are_gone_by_then(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(new BulkWriteOptions { BufferRows = 1 }, Places);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Upsert(Places, [new("a"), new("b")]), Scene.Token));

        Assert.Equal("LK3019", refused.Code);
    }

    private sealed class Place(string name)
    {
        public string Name => name;

        public long Id { get; set; }

        public int Visits { get; set; } = 1;

        public string? Note { get; set; }
    }
}
