using System.Collections.Immutable;
using Lockkeeper.Migrations;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>What tests of migrations do in one line, each in a database of its own.</summary>
public static class FixtureExtensions
{
    public static async Task RunAsync(this PostgresFixture postgres, int version, Cycle cycle)
    {
        ArgumentNullException.ThrowIfNull(postgres);
        ArgumentNullException.ThrowIfNull(cycle);
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        await cycle.RunAsync(database, cancellationToken);
    }

    /// <summary>A database whose migration was started: both versions serve.</summary>
    public static Task<BothVersions> StartAsync(this PostgresFixture postgres, int version, string setup, string yaml, string schema = "public") =>
        BothVersions.StartAsync(postgres, version, setup, yaml, schema, TestContext.Current.CancellationToken);

    /// <summary>Shows that a migration is refused with that code while it is planned, and gives the message.</summary>
    public static async Task<string> AssertRefusedAsync(this PostgresFixture postgres, int version, string code, string setup, string yaml)
    {
        ArgumentNullException.ThrowIfNull(postgres);
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        await database.ExecuteAsync(setup, cancellationToken);
        await using var source = Sources.Of(database);
        var migrator = BothVersions.MigratorOf(source, new("public"));
        await migrator.InitializeAsync(cancellationToken);
        var refusal = await Assert.ThrowsAsync<InvalidMigrationException>(
            () => migrator.StartAsync(Migration.Parse(yaml, $"{Cycle.MigrationName}.yaml"), null, cancellationToken));
        Assert.Equal(code, refusal.Code);
        Assert.Equal(ImmutableArray<AppliedMigration>.Empty, await migrator.HistoryAsync(cancellationToken));
        return refusal.Message;
    }
}
