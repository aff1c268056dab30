using Lockkeeper.Server.Sessions;
using Npgsql;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>A connection of a client; every statement through it is timed.</summary>
internal sealed class ClientSession : IAsyncDisposable
{
    // Prepared statements are what a pooled application has, and what a changed view could break.
    private const int PreparedStatements = 20;

    private readonly NpgsqlConnection _connection;
    private readonly TrafficMeter _meter;
    private readonly TimeProvider _time;

    private ClientSession(NpgsqlConnection connection, TrafficMeter meter, TimeProvider time)
    {
        _connection = connection;
        _meter = meter;
        _time = time;
    }

    public static async Task<ClientSession> OpenAsync(
        string connectionText, string name, ClientVersion version, TrafficMeter meter, TimeProvider time)
    {
        var settings = ConnectionText.Parse(connectionText);
        settings.SearchPath = version.SearchPath;
        settings.ApplicationName = name;
        settings.MaxAutoPrepare = PreparedStatements;

        // The statistics of a session are whole once it has ended.
        settings.Pooling = false;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync();
            return new ClientSession(connection, meter, time);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask<NpgsqlTransaction> BeginAsync() => _connection.BeginTransactionAsync();

    public Task CommitAsync(NpgsqlTransaction transaction) => TimedAsync("COMMIT", async () =>
    {
        await transaction.CommitAsync();
        return 0;
    });

    public Task<int> ExecuteAsync(string sql, params object?[] values) => TimedAsync(sql, async () =>
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    });

    public Task<long> ReturningAsync(string sql, params object?[] values) => TimedAsync(sql, async () =>
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync() is long id ? id : throw new InvalidOperationException($"No id came back from: {sql}");
    });

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<T> TimedAsync<T>(string sql, Func<Task<T>> work)
    {
        var since = _time.GetTimestamp();
        try
        {
            return await work();
        }
        finally
        {
            _meter.Ended(sql, _time.GetElapsedTime(since));
        }
    }

    private NpgsqlCommand Command(string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values)
        {
            command.Parameters.Add(ParameterOf(value));
        }

        return command;
    }

    // A bare NULL would be sent without a type, and prepared a second time; only texts are nullable here.
    private static NpgsqlParameter ParameterOf(object? value) => value is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        : new NpgsqlParameter { Value = value };
}
