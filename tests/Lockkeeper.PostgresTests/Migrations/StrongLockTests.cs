using System.Collections.Concurrent;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>While writers are kept out no table is read through, rewritten or indexed: the server itself says when it does so.</summary>
public sealed class StrongLockTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE shops (id integer PRIMARY KEY);
        INSERT INTO shops SELECT generate_series(0, 9);
        CREATE TABLE orders (id bigint, customer text NOT NULL, price integer DEFAULT 1, shop integer, code varchar(20), note text);
        INSERT INTO orders SELECT i, 'c' || i, i, i % 10, 'x' || i, 'n' FROM generate_series(1, 500) i;
        """;

    // The server's words at level debug1 (tablecmds.c, index.c).
    private static readonly string[] Long = ["verifying table", "rewriting table", "validating foreign key", "building index"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("add_column: {table: orders, column: {name: number, type: bigserial}}")]
    [EachPostgres("add_column: {table: orders, up: upper(customer), column: {name: shout, type: text, unique: true, check: {name: loud, constraint: shout <> ''}}}")]
    [EachPostgres("add_column: {table: orders, column: {name: place, type: integer, default: \"1\", references: {name: at, table: shops, column: id}}}")]
    [EachPostgres("alter_column: {table: orders, column: price, nullable: false, default: \"2\", check: {name: priced, constraint: price > 0}, up: price, down: price}")]
    [EachPostgres("alter_column: {table: orders, column: shop, references: {name: at, table: shops, column: id}}")]
    [EachPostgres("alter_column: {table: orders, column: code, type: varchar(40)}")]
    [EachPostgres("alter_column: {table: orders, column: price, type: numeric, nullable: false, unique: {name: once}, up: price * 100, down: (price / 100)::integer}")]
    [EachPostgres("alter_column: {table: orders, column: customer, nullable: true, up: customer, down: \"coalesce(customer, '')\"}")]
    [EachPostgres("create_constraint: {name: orders_pkey, table: orders, type: primary_key, columns: [id, shop]}")]
    [EachPostgres("create_constraint: {name: once, table: orders, type: unique, columns: [id, note]}")]
    [EachPostgres("create_constraint: {name: at, table: orders, type: foreign_key, columns: [shop], references: {table: shops, columns: [id]}}")]
    [EachPostgres("create_constraint: {name: said, table: orders, type: check, columns: [note], check: note <> '', up: {note: note || '!'}, down: {note: note}}")]
    public async Task Nothing_is_read_through_or_rewritten_while_writers_are_kept_out(int version, string operation)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await scene.Database.ExecuteAsync(
            $"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET client_min_messages = debug1', current_database()); END $$", Cancellation);
        using var notices = new Notices();
        var settings = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Pooling = false, ApplicationName = "lockkeeper", CommandTimeout = 0 };
        await using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(notices).Build();

        await scene.Migrator(source: source).StartAsync(Migration.Parse(Yaml.Of(operation), "02_change.yaml"), notices, Cancellation);
        await scene.Migrator(source: source).CompleteAsync(notices, Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', notices.Heard));
        Assert.NotEmpty(notices.Heard);
        Assert.DoesNotContain(notices.Heard, heard => heard.Stage is TransactionStage && Array.Exists(Long, heard.Text.Contains));
    }

    /// <summary>Hears what the server tells, and during which stage.</summary>
    private sealed class Notices : ILoggerFactory, ILogger, IProgress<MigrationEvent>
    {
        private volatile Stage? _stage;

        public ConcurrentQueue<(Stage? Stage, string Text)> Heard { get; } = new();

        public void Report(MigrationEvent value) => _stage = value is MigrationEvent.StageStarted started ? started.Stage : _stage;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception) is var text && text.StartsWith("Received notice", StringComparison.Ordinal))
            {
                Heard.Enqueue((_stage, text));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
