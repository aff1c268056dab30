using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.BulkWriteTests;

/// <summary>A database of one test with some tables, and the writer for them.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private Scene(TestDatabase database, NpgsqlDataSource source)
    {
        _database = database;
        Source = source;
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public NpgsqlDataSource Source { get; }

    public TestDatabase Database => _database;

    public static async Task<Scene> OpenAsync(PostgresFixture postgres, int version, string sql)
    {
        var database = await postgres.CloneAsync(version, Token);
        await database.ExecuteAsync(sql, Token);
        var text = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 40, ApplicationName = "writer", IncludeErrorDetail = true };
        return new Scene(database, NpgsqlDataSource.Create(text.ConnectionString));
    }

    public BulkWriter Writer(params TableMap[] maps) => new(Source, new BulkWriteTables(maps), Options);

    public BulkWriteOptions Options { get; init; } = new();

    public BulkWriter Writer(BulkWriteOptions options, params TableMap[] maps) => new(Source, new BulkWriteTables(maps), options);

    public Task<T> ScalarAsync<T>(string sql) => _database.ScalarAsync<T>(sql, Token);

    public Task<int> ExecuteAsync(string sql) => _database.ExecuteAsync(sql, Token);

    /// <summary>All rows as text, one line each.</summary>
    public async Task<string> RowsAsync(string sql) => string.Join(
        '\n', (await _database.QueryAsync(sql, Token)).Select(row => string.Join('|', row.Select(value => FormattableString.Invariant($"{value}")))));

    /// <summary>How many deadlocks the server resolved in this database. A backend tells at its end, so the pool's are ended first.</summary>
    public async Task<long> DeadlocksAsync()
    {
        Source.Clear();
        await using var observer = await _database.OpenSessionAsync(Token);
        await observer.WaitUntilAsync(
            "NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'writer')", Token);
        return await observer.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _database.DisposeAsync();
    }
}
