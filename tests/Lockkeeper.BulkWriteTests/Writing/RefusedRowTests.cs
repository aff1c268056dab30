using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using Npgsql;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>A row that the server or the driver refuses is named, although of an array neither names one.</summary>
public sealed class RefusedRowTests(PostgresFixture postgres)
{
    private const string Users = "CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, code int UNIQUE); INSERT INTO users VALUES (5, 'taken', 7);";

    private static readonly TableMap<(long Id, string? Email, int? Code)> Map = TableMap.Of<(long Id, string? Email, int? Code)>(
        "public", "users", t => t.Key(u => u.Id).Column(u => u.Email).Column(u => u.Code));

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task A_key_that_is_there(int version, int stageFromRows)
    {
        var refused = await RefusedAsync(version, Users, Map, unit => unit.Insert(Map, [(9, "a", 1), (5, "b", 2), (1, "c", 3)]), stageFromRows);

        Assert.Equal(("LK3012", "23505", 0, 1, "id = 5"), (refused.Code, refused.SqlState, refused.Change, refused.Row, refused.Key));
        Assert.Contains("row 1", refused.Message, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_value_of_another_unique_index(int version)
    {
        var refused = await RefusedAsync(version, Users, Map, unit => unit.Upsert(Map, [(9, "a", 1), (5, "mine", 7), (1, "b", 7)]));

        Assert.Equal(("23505", 2), (refused.SqlState, refused.Row));
    }

    [Theory, EachPostgres]
    public async Task A_value_that_two_rows_of_the_input_have(int version)
    {
        var refused = await RefusedAsync(version, Users, Map, unit => unit.Insert(Map, [(9, "a", null), (8, "b", null), (1, "a", null)]));

        Assert.Equal(("23505", 2), (refused.SqlState, refused.Row));
    }

    // The row of the unit's own parent is there only while the unit runs.
    [Theory, EachPostgres]
    public async Task A_row_whose_parent_is_missing(int version)
    {
        var refused = await RefusedAsync(
            version, Sql, Customers, unit => unit.Insert(Customers, [new(1)]).Insert(Orders, [new(7, 1), new(8, 99), new(9, 1)]), more: Orders);

        Assert.Equal(("LK3012", "23503", 1, 1), (refused.Code, refused.SqlState, refused.Change, refused.Row));
    }

    [Theory, EachPostgres]
    public async Task In_somebodys_transaction_only_the_input_is_looked_at(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Users);
        using var writer = scene.Writer(Map);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => writer.WriteAsync(new UnitOfWork().Insert(Map, [(5, "a", null)]), transaction, Scene.Token));

        Assert.Equal(("23505", null), (refused.SqlState, refused.Row));
    }

    [Theory]
    [EachPostgres(0), EachPostgres(0xD800)]
    public async Task A_text_that_is_none(int version, int unit)
    {
        var text = $"a{(char)unit}b";
        var refused = await RefusedAsync(version, Users, Map, all => all.Insert(Map, [(1, "a", 1), (2, text, 2)]));

        Assert.Equal(("LK3008", 1, "email"), (refused.Code, refused.Row, refused.Column!.Value.Value));
    }

    [Theory, EachPostgres]
    public async Task Blanks_at_the_end_do_not_count_and_replacement_characters_are_characters(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE t (id int PRIMARY KEY, v varchar(3))");
        var map = TableMap.Of<(int Id, string V)>("public", "t", t => t.Key(r => r.Id).Column(r => r.V));
        using var writer = scene.Writer(map);

        Assert.Equal(2, (await writer.WriteAsync(new UnitOfWork().Insert(map, [(1, "abc  "), (2, "a\uFFFD\uFFFD")]), Scene.Token)).Inserted);
    }

    [Theory, EachPostgres]
    public async Task Numbers_out_of_range(int version)
    {
        const string sql = "CREATE TABLE t (id int PRIMARY KEY, small smallint, price numeric(5, 2));";
        var map = TableMap.Of<(long Id, int? Small, decimal? Price)>("public", "t", t => t.Key(r => r.Id).Column(r => r.Small).Column(r => r.Price));
        await using var scene = await Scene.OpenAsync(postgres, version, sql);
        using var writer = scene.Writer(map);
        var fits = await writer.WriteAsync(
            new UnitOfWork().Insert(map, [(int.MaxValue, short.MinValue, 999.994m), (int.MinValue, null, -999.994m)]), Scene.Token);

        Assert.Equal(2, fits.Inserted);
        foreach (var (row, column) in new[] { ((3_000_000_000L, (int?)1, (decimal?)1m), "id"), ((1, 40_000, 1m), "small"), ((1, 1, 999.995m), "price") })
        {
            var refused = await Assert.ThrowsAsync<BulkWriteException>(
                () => writer.WriteAsync(new UnitOfWork().Insert(map, [(2, 2, 2m), row]), Scene.Token));
            Assert.Equal(("LK3008", 1, column), (refused.Code, refused.Row, refused.Column!.Value.Value));
        }
    }

    [Theory, EachPostgres]
    public async Task Moments_of_another_kind(int version)
    {
        const string sql = "CREATE TABLE t (id int PRIMARY KEY, at timestamptz, local timestamp);";
        var map = TableMap.Of<(int Id, DateTime At, DateTime? Local)>("public", "t", t => t.Key(r => r.Id).Column(r => r.At).Column(r => r.Local));
        var (utc, plain) = (DateTime.UnixEpoch, DateTime.SpecifyKind(DateTime.UnixEpoch, DateTimeKind.Unspecified));

        var refused = await RefusedAsync(version, sql, map, unit => unit.Insert(map, [(1, utc, plain), (2, plain, null)]));
        var other = await RefusedAsync(version, sql, map, unit => unit.Insert(map, [(1, utc, plain), (2, utc, utc)]));

        Assert.Equal(("LK3008", 1, "at"), (refused.Code, refused.Row, refused.Column!.Value.Value));
        Assert.Equal(("LK3008", 1, "local"), (other.Code, other.Row, other.Column!.Value.Value));
    }

    [Theory, EachPostgres]
    public async Task A_type_that_the_driver_does_not_write_is_found_before_anything_runs(int version)
    {
        var map = TableMap.Of<(long Id, Guid Code)>("public", "users", t => t.Key(u => u.Id).Column(u => u.Code));

        var refused = await RefusedAsync(version, Users, map, unit => unit.Insert(map, []));

        Assert.Equal("LK3003", refused.Code);
        Assert.Contains("\"code\"", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("integer", refused.Reason, StringComparison.Ordinal);
    }

    // An array column goes by COPY, value by value; its type is not known before.
    [Theory, EachPostgres]
    public async Task A_value_that_the_driver_refuses_in_COPY(int version)
    {
        var map = TableMap.Of<(int Id, object Tags)>("public", "t", t => t.Key(r => r.Id).Column(r => r.Tags));

        var refused = await RefusedAsync(
            version, "CREATE TABLE t (id int PRIMARY KEY, tags int[])", map, unit => unit.Insert(map, [(2, new List<int> { 1 }), (1, new List<int> { 2 }), (3, Guid.Empty)]));

        Assert.Equal(("LK3018", 2, "tags"), (refused.Code, refused.Row, refused.Column?.Value));
    }

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task A_row_that_a_check_constraint_does_not_let_in(int version, int stageFromRows)
    {
        const string sql = "CREATE TABLE t (id int PRIMARY KEY, low int, high int, CONSTRAINT ordered CHECK (low < high));";
        var map = TableMap.Of<(int Id, int? Low, int High)>("public", "t", t => t.Key(r => r.Id).Column(r => r.Low).Column(r => r.High));

        var refused = await RefusedAsync(version, sql, map, unit => unit.Upsert(map, [(9, 1, 2), (8, null, 1), (7, 3, 3), (6, 1, 5)]), stageFromRows);

        Assert.Equal(("LK3012", "23514", 0, 2, "id = 7"), (refused.Code, refused.SqlState, refused.Change, refused.Row, refused.Key));
    }

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task A_text_that_is_not_of_the_columns_type(int version, int stageFromRows)
    {
        const string sql = "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE t (id int PRIMARY KEY, mood mood, more jsonb);";
        var map = TableMap.Of<(int Id, string? Mood, string More)>("public", "t", t => t.Key(r => r.Id).Column(r => r.Mood).Column(r => r.More));
        (int, string?, string)[] rows = [(9, "good", "{}"), (8, null, "{}"), (7, "bad", "1"), (6, "good", "{}"), (5, "good", "2")];

        var mood = await RefusedAsync(version, sql, map, unit => unit.Insert(map, [.. rows, (1, "so so", "{}")]), stageFromRows);
        var more = await RefusedAsync(version, sql, map, unit => unit.Insert(map, [(1, "good", "{"), .. rows]), stageFromRows);

        Assert.Equal(("22P02", 5, "mood"), (mood.SqlState, mood.Row, mood.Column?.Value));
        Assert.Equal(("22P02", 0, "more"), (more.SqlState, more.Row, more.Column?.Value));
    }

    // What is in a composite value is known to the driver's mapping only, and of an array of them it names none.
    [Theory, EachPostgres(false), EachPostgres(true)]
    public async Task A_value_inside_a_composite_that_the_driver_refuses(int version, bool enlisted)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, "CREATE TYPE visit AS (place text, at timestamptz); CREATE TABLE t (id int PRIMARY KEY, note text, visit visit)");
        var builder = new NpgsqlDataSourceBuilder(scene.Database.ConnectionString);
        builder.MapComposite<Visit>("visit");
        await using var source = builder.Build();
        var map = TableMap.Of<(int Id, string Note, Visit? Visit)>("public", "t", t => t.Key(r => r.Id).Column(r => r.Note).Column(r => r.Visit));
        using var writer = new BulkWriter(source, new BulkWriteTables(map));
        var rows = Enumerable.Range(0, 9).Select(n => (9 - n, "n", n == 2 ? null : new Visit { At = n == 5 ? new DateTime(2026, 1, 1) : DateTime.UnixEpoch })).ToList();
        await using var connection = await source.OpenConnectionAsync(Scene.Token);
        await using var transaction = enlisted ? await connection.BeginTransactionAsync(Scene.Token) : null;
        var unit = new UnitOfWork().Upsert(map, rows);

        var refused = await Assert.ThrowsAsync<BulkWriteException>(
            () => transaction is null ? writer.WriteAsync(unit, connection, Scene.Token) : writer.WriteAsync(unit, transaction, Scene.Token));

        Assert.Equal(("LK3018", map.Table, 0, 5, "visit"), (refused.Code, refused.Table, refused.Change, refused.Row, refused.Column?.Value));
        Assert.Equal(0, await scene.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    public sealed class Visit
    {
        public string Place { get; set; } = "here";

        public DateTime At { get; set; }
    }

    private async Task<BulkWriteException> RefusedAsync(
        int version, string sql, TableMap map, Func<UnitOfWork, UnitOfWork> fill, int stageFromRows = 100, TableMap? more = null)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, sql);
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows }, more is null ? [map] : [map, more]);
        var before = await scene.ScalarAsync<long>($"SELECT count(*) FROM {map.Table}");
        var refused = await Assert.ThrowsAsync<BulkWriteException>(() => writer.WriteAsync(fill(new UnitOfWork()), Scene.Token));
        Assert.Equal(before, await scene.ScalarAsync<long>($"SELECT count(*) FROM {map.Table}"));
        return refused;
    }
}
