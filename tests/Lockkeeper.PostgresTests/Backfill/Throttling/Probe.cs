using Lockkeeper.Backfill.Throttling;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill.Throttling;

/// <summary>Reads signals of a database as a run does.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private Probe(NpgsqlConnection connection) => _connection = connection;

    public int[] Workers { get; set; } = [];

    public TimeProvider Time { get; set; } = TimeProvider.System;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Probe> OpenAsync(string connectionString, string? role = null)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync(Cancellation);
        if (role is not null)
        {
            await connection.ExecuteAsync($"SET ROLE \"{role}\"", Cancellation);
        }

        return new Probe(connection);
    }

    public Task<Reading> ReadAsync(Throttle throttle) => ReadAsync(throttle.Start());

    public Task<Reading> ReadAsync(Func<ThrottleProbe, CancellationToken, Task<Reading>> signal) => signal(
        new ThrottleProbe { Connection = _connection, Time = Time, Workers = Workers, CommitLatency = TimeSpan.Zero }, Cancellation);

    public async Task<double> LoadAsync(Throttle throttle) => Assert.IsType<Reading.Measured>(await ReadAsync(throttle)).Load;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
