using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Backfill.State;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>A database with the state tables, and what a migration would have done to a table before the backfill begins.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly DatabaseTemplate Template = new("CREATE SCHEMA lockkeeper; " + BackfillState.CreateSql);

    private Scene(TestDatabase database)
    {
        Database = database;
        DataSource = NpgsqlDataSource.Create(database.ConnectionString);
    }

    public TestDatabase Database { get; }

    public NpgsqlDataSource DataSource { get; }

    public static async Task<Scene> CreateAsync(PostgresFixture postgres, int version, CancellationToken cancellationToken) =>
        new(await postgres.CloneAsync(version, Template, cancellationToken));

    /// <summary>The same in a database of a server of the test's own.</summary>
    public static async Task<Scene> CreateAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(Template.Sql, cancellationToken);
        return new Scene(database);
    }

    /// <summary>A table of (id, name, n, padding), with a hundred bytes a row.</summary>
    public Task CreateTableAsync(string table, int rows, CancellationToken cancellationToken) => Database.ExecuteAsync(
        $"""
         CREATE TABLE {table} (id bigint PRIMARY KEY, name text, n int NOT NULL DEFAULT 0, padding text);
         INSERT INTO {table} SELECT g, 'name ' || g, 0, repeat('x', 60) FROM generate_series(1, {rows}) AS g
         """,
        cancellationToken);

    /// <summary>
    /// Adds column <c>note</c>, the marker and the trigger, in one transaction. Clients of the old version get the note computed when the
    /// row is new, not yet done, or its name changes; clients that set <c>lockkeeper.version</c> to <c>new</c> write it themselves.
    /// </summary>
    /// <param name="table">The table, as SQL text.</param>
    /// <param name="up">The note, as an expression over <c>lockkeeper_row</c>.</param>
    /// <param name="cancellationToken">The test's.</param>
    public async Task<BackfillJob> PrepareAsync(string table, string up, CancellationToken cancellationToken)
    {
        var inTrigger = up.Replace("lockkeeper_row", "NEW", StringComparison.Ordinal);
        await Database.ExecuteAsync(
            $"""
             ALTER TABLE {table} ADD COLUMN note text, ADD COLUMN "Pending" boolean DEFAULT true;
             ALTER TABLE {table} ALTER COLUMN "Pending" SET DEFAULT false;
             CREATE FUNCTION carry_over() RETURNS trigger LANGUAGE plpgsql AS $body$
             BEGIN
                 IF current_setting('application_name') = 'lockkeeper backfill' THEN
                     RAISE 'trigger code ran for a row of the backfill';
                 END IF;
                 IF coalesce(current_setting('lockkeeper.version', true), '') <> 'new'
                    AND (TG_OP = 'INSERT' OR NEW."Pending" OR NEW.name IS DISTINCT FROM OLD.name) THEN
                     NEW.note := {inTrigger};
                 END IF;
                 NEW."Pending" := false;
                 RETURN NEW;
             END $body$;
             CREATE TRIGGER carry_over BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW
                 WHEN (coalesce(current_setting('lockkeeper.version', true), '') <> '(backfill)')
                 EXECUTE FUNCTION carry_over();
             ALTER TABLE {table} ENABLE ALWAYS TRIGGER carry_over
             """,
            cancellationToken);
        return new BackfillJob
        {
            Name = $"test/{table}",
            Table = await NameAsync(table, cancellationToken),
            Marker = new Identifier("Pending"),
            Assignments = [new BackfillAssignment(new Identifier("note"), up)],
        };
    }

    /// <summary>The table <c>orders</c>, made and prepared: its note shall be the name in capitals.</summary>
    public async Task<BackfillJob> PrepareOrdersAsync(int rows, CancellationToken cancellationToken)
    {
        await CreateTableAsync("orders", rows, cancellationToken);
        return await PrepareAsync("orders", "upper(lockkeeper_row.name)", cancellationToken);
    }

    /// <remarks>To a clock that leaps at every look, each commit takes seconds: nothing is measured by it.</remarks>
    public Backfiller Backfiller(BackfillOptions? options = null, TimeProvider? time = null) => new(
        DataSource, options ?? new BackfillOptions { Workers = 2, Throttles = time is SteppingTime ? [] : null }, time ?? TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Every row is done, and its note is what the expression over the row says.</summary>
    public async Task AssertFilledAsync(string table, string expression, CancellationToken cancellationToken) =>
        Assert.Equal(0, await CountAsync(table, $"note IS DISTINCT FROM ({expression}) OR \"Pending\"", cancellationToken));

    public Task<long> CountAsync(string table, string condition, CancellationToken cancellationToken) =>
        Database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE {condition}", cancellationToken);

    public Task<ImmutableArray<object?[]>> RangesAsync(CancellationToken cancellationToken) => Database.QueryAsync(
        "SELECT leaf::regclass::text, next_block, end_block, skipped::text, done FROM lockkeeper.backfill_ranges ORDER BY id",
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task<TableName> NameAsync(string table, CancellationToken cancellationToken)
    {
        var name = await Database.QueryAsync(
            $"""
             SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.oid = '{table}'::regclass
             """,
            cancellationToken);
        return new TableName(new Identifier((string)name[0][0]!), new Identifier((string)name[0][1]!));
    }
}
