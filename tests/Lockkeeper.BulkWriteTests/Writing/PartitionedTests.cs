using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>A table whose rows lie in partitions is written and counted like any other. Its inserts give back no system columns.</summary>
public sealed class PartitionedTests(PostgresFixture postgres)
{
    private const string Sql = """
        CREATE TABLE sensors (id int PRIMARY KEY, readings bigint NOT NULL DEFAULT 0);
        INSERT INTO sensors SELECT g FROM generate_series(1, 3) AS g;
        CREATE TABLE readings (sensor int, at numeric, value text, PRIMARY KEY (sensor, at)) PARTITION BY RANGE (at);
        CREATE TABLE early PARTITION OF readings FOR VALUES FROM (0) TO (10);
        CREATE TABLE late (value text, at numeric NOT NULL, sensor int NOT NULL);
        ALTER TABLE readings ATTACH PARTITION late FOR VALUES FROM (10) TO (20);
        INSERT INTO readings VALUES (1, 1.50, 'old'), (2, 12, 'old'), (3, 13, 'same');
        """;

    private static readonly TableMap<Reading> Readings = TableMap.Of<Reading>("public", "readings", t => t
        .Key(r => r.Sensor).Key(r => r.At).Column(r => r.Value));

    [Theory, EachPostgres(100), EachPostgres(1)]
    public async Task What_is_new_and_what_was_there_is_told_apart(int version, int stageFromRows)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(new BulkWriteOptions { StageFromRows = stageFromRows }, Readings);

        // The key that is there has another number of digits.
        Reading[] rows = [new(3, 13, "same"), new(1, 1.5m), new(2, 12), new(1, 2), new(3, 14), new(2, 3)];
        var report = await writer.WriteAsync(new UnitOfWork().Upsert(Readings, rows), Scene.Token);

        Assert.Equal((3, 2, 1), (report.Inserted, report.Updated, report.Unchanged));
        Assert.Equal("1|1.50|new\n1|2|new\n2|3|new\n2|12|new\n3|13|same\n3|14|new", await scene.RowsAsync("SELECT sensor, at, value FROM readings ORDER BY 1, 2"));
    }

    [Theory, EachPostgres]
    public async Task A_row_that_was_deleted_and_comes_again_in_one_transaction_is_new(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Readings);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);

        var first = await writer.WriteAsync(new UnitOfWork().Upsert(Readings, [new(2, 12)]), transaction, Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Delete(Readings, [new(2, 12)]), transaction, Scene.Token);
        var second = await writer.WriteAsync(new UnitOfWork().Upsert(Readings, [new(2, 12)]), transaction, Scene.Token);

        Assert.Equal(((0, 1), (1, 0)), ((first.Inserted, first.Updated), (second.Inserted, second.Updated)));
    }

    [Theory, EachPostgres]
    public async Task Rows_in_partitions_are_followed(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "UPDATE sensors SET readings = 1;");
        var counter = new Counter<int>("public", "sensors", "id", "readings").Following(new CounterTruth("public", "readings", "sensor"));
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Readings).With(counter));

        await writer.WriteAsync(new UnitOfWork().Insert(Readings, [new(1, 5), new(1, 15)]).Upsert(Readings, [new(2, 12), new(2, 13)]), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().InsertOrIgnore(Readings, [new(3, 13), new(3, 19)]), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Delete(Readings, [new(1, 1.5m), new(2, 12)]), Scene.Token);

        Assert.Equal(
            await scene.RowsAsync("SELECT sensor, count(*) FROM readings GROUP BY 1 ORDER BY 1"),
            await scene.RowsAsync("SELECT id, readings FROM sensors ORDER BY 1"));
    }

    private sealed record Reading(int Sensor, decimal At, string Value = "new");
}
