using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>
/// What every operation must pass: start, look; roll back, and the catalog is as before; start, look; complete, and the catalog is as
/// predicted; all the while with clients of both versions, none of whose statements may fail.
/// </summary>
public sealed class Cycle
{
    private const int OldClients = 4;
    private const int NewClients = 2;
    private const int StatementsBetweenVerbs = 60;

    private readonly string _yaml;
    private string _setup = "";
    private Identifier _schema = new("public");
    private ImmutableArray<string> _oldWrites = [];
    private ImmutableArray<string> _newWrites = [];
    private ImmutableArray<string> _whileStarted = [];
    private ImmutableArray<string> _whenComplete = [];
    private ImmutableArray<string> _squashed = [];

    private Cycle(string yaml) => _yaml = yaml;

    public const string MigrationName = "02_change";

    /// <summary>The schema of the version that the migration makes.</summary>
    public Identifier NewVersion => new($"{_schema.Value}_{MigrationName}");

    public static Cycle Of(string yaml) => new(yaml);

    /// <summary>SQL that prepares the tables. In it, as in all SQL given here, <c>{old}</c> stands for the schema, quoted.</summary>
    public Cycle On(string sql)
    {
        _setup = sql;
        return this;
    }

    /// <summary>Migrations that come before it, and are applied together with it as one.</summary>
    public Cycle SquashedWith(params ImmutableArray<string> yaml)
    {
        _squashed = yaml;
        return this;
    }

    public Cycle InSchema(string schema)
    {
        _schema = new Identifier(schema);
        return this;
    }

    public Cycle WithOldWrites(params ImmutableArray<string> statements)
    {
        _oldWrites = statements;
        return this;
    }

    public Cycle WithNewWrites(params ImmutableArray<string> statements)
    {
        _newWrites = statements;
        return this;
    }

    /// <summary>Conditions that hold while both versions serve, both times; <c>{new}</c> stands for the new version's schema, quoted.</summary>
    public Cycle HoldsWhileStarted(params ImmutableArray<string> conditions)
    {
        _whileStarted = conditions;
        return this;
    }

    /// <summary>Conditions that hold in the end.</summary>
    public Cycle HoldsWhenComplete(params ImmutableArray<string> conditions)
    {
        _whenComplete = conditions;
        return this;
    }

    public async Task RunAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await database.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {_schema}; SET search_path = {_schema}; {Named(_setup)}", cancellationToken);
        await using var source = Sources.Of(database);
        var migrator = MigratorOf(source);
        await migrator.InitializeAsync(cancellationToken);
        var migration = Migration.Squash(
            [.. _squashed.Select((yaml, i) => Migration.Parse(yaml, $"01_{i}.yaml")), Migration.Parse(_yaml, $"{MigrationName}.yaml")]);
        var before = await ReadAsync(source, cancellationToken);

        await using var old = Traffic.Start(database, _schema, Or(_oldWrites), OldClients, seed);
        await old.MoreAsync(StatementsBetweenVerbs, cancellationToken);
        await migrator.StartAsync(migration, null, cancellationToken);
        await ServeBothAsync(database, old, seed + 100, cancellationToken);

        var rolledBack = await migrator.RollbackAsync(null, cancellationToken);
        await old.MoreAsync(StatementsBetweenVerbs, cancellationToken);
        AssertNoFailures(old);
        Assert.Empty(rolledBack.Drift);
        Assert.Equal(before, await ReadAsync(source, cancellationToken));
        await AssertNothingIsLeftAsync(database, cancellationToken);

        var plan = await migrator.PlanAsync(migration, cancellationToken);
        await migrator.StartAsync(migration, null, cancellationToken);
        await ServeBothAsync(database, old, seed + 200, cancellationToken);
        await old.StopAsync();
        await using var young = Traffic.Start(database, NewVersion, Or(_newWrites), NewClients, seed + 300);
        await young.MoreAsync(StatementsBetweenVerbs, cancellationToken);
        var completed = await migrator.CompleteAsync(null, cancellationToken);
        await young.MoreAsync(StatementsBetweenVerbs, cancellationToken);
        await young.StopAsync();

        AssertNoFailures(old);
        AssertNoFailures(young);
        Assert.Empty(completed.Drift);
        Prediction.AssertCameTrue(plan, await ReadAsync(source, cancellationToken));
        await AssertNothingIsLeftAsync(database, cancellationToken);
        await AssertHoldAsync(database, _whenComplete, cancellationToken);
    }

    private string Named(string sql) => sql
        .Replace("{old}", _schema.ToString(), StringComparison.Ordinal)
        .Replace("{new}", NewVersion.ToString(), StringComparison.Ordinal);

    private async Task AssertHoldAsync(TestDatabase database, ImmutableArray<string> conditions, CancellationToken cancellationToken)
    {
        foreach (var condition in conditions.Select(Named))
        {
            Assert.True(
                await database.ScalarAsync<bool?>($"SET search_path = {_schema}; SELECT {condition}", cancellationToken),
                $"Does not hold: {condition}");
        }
    }

    private async Task ServeBothAsync(TestDatabase database, Traffic old, int seed, CancellationToken cancellationToken)
    {
        await using var young = Traffic.Start(database, NewVersion, Or(_newWrites), NewClients, seed);
        await old.MoreAsync(StatementsBetweenVerbs, cancellationToken);
        await young.MoreAsync(StatementsBetweenVerbs, cancellationToken);
        await AssertHoldAsync(database, _whileStarted, cancellationToken);
        await young.StopAsync();
        AssertNoFailures(old);
        AssertNoFailures(young);
    }

    private static void AssertNoFailures(Traffic traffic) =>
        Assert.True(traffic.Failures.Count == 0, string.Join('\n', traffic.Failures.Take(3)));

    private static async Task AssertNothingIsLeftAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var left = await database.QueryAsync(
            """
            SELECT proname::text FROM pg_proc WHERE pronamespace = 'lockkeeper'::regnamespace
            UNION ALL SELECT tgname::text FROM pg_trigger WHERE tgname LIKE '%lockkeeper%'
            UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attname LIKE '\_lockkeeper%' AND NOT attisdropped
            UNION ALL SELECT relname::text FROM pg_class WHERE relname LIKE '\_lockkeeper%'
            UNION ALL SELECT conname::text FROM pg_constraint WHERE conname LIKE '\_lockkeeper%'
            UNION ALL SELECT name FROM lockkeeper.backfills
            """,
            cancellationToken);
        Assert.Empty(left);
    }

    private Migrator MigratorOf(NpgsqlDataSource source) => new(
        source, new MigratorOptions { Schema = _schema, Backfill = new BackfillOptions { Workers = 2 } }, TimeProvider.System,
        NullLoggerFactory.Instance);

    private Task<SchemaSnapshot> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        Prediction.ReadAsync(source, _schema, cancellationToken);

    private static ImmutableArray<string> Or(ImmutableArray<string> statements) => statements.IsEmpty ? ["SELECT 1"] : statements;
}
