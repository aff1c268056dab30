using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>One session that writes until it is stopped or a statement fails, and that may go over to another version between two transactions.</summary>
[SuppressMessage("Security", "CA2100", Justification = "Tests write their own SQL.")]
internal sealed class WritingClient : IAsyncDisposable
{
    private const int LongestThought = 8;

    private readonly NpgsqlConnection _connection;
    private readonly ClientScript _script;
    private readonly Random _random;
    private readonly Func<Phase> _phase;
    private readonly SemaphoreSlim _turn = new(1);
    private ClientTable _table;
    private string _schema = "";
    private long _statements;

    public WritingClient(NpgsqlConnection connection, ClientScript script, ClientTable table, Random random, Func<Phase> phase) =>
        (_connection, _script, _table, _random, _phase) = (connection, script, table, random, phase);

    public ClientScript Script => _script;

    public long Statements => Interlocked.Read(ref _statements);

    /// <summary>What went wrong; null as long as nothing did.</summary>
    public string? Failure { get; private set; }

    public async Task SpeakAsync(Identifier schema, ClientTable table, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        try
        {
            await _connection.ExecuteAsync($"SET search_path = {schema}", cancellationToken);
            (_schema, _table) = (schema.Value, table);
        }
        finally
        {
            GoOn();
        }
    }

    /// <summary>Comes back when the client is between two transactions, where it stays.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => _turn.WaitAsync(cancellationToken);

    public void GoOn() => _turn.Release();

    public async Task WriteAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Failure is null)
        {
            await _turn.WaitAsync(CancellationToken.None);
            try
            {
                await RunAsync(_script.Next(_table));
            }
            finally
            {
                _turn.Release();
            }

            // An application does something between two transactions.
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(LongestThought)), TimeProvider.System, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _turn.Dispose();
    }

    private async Task RunAsync(ImmutableArray<ClientStatement> transaction)
    {
        var sql = "BEGIN";
        try
        {
            if (transaction.Length == 1)
            {
                await RunAsync(transaction[0]);
                return;
            }

            await TimedAsync(sql, () => _connection.ExecuteAsync("BEGIN", CancellationToken.None));
            foreach (var statement in transaction)
            {
                sql = statement.Sql;
                await RunAsync(statement);
            }

            sql = "COMMIT";
            await TimedAsync(sql, () => _connection.ExecuteAsync("COMMIT", CancellationToken.None));
        }
        catch (NpgsqlException e)
        {
            Failure ??= $"{_schema}: {(transaction.Length == 1 ? transaction[0].Sql : sql)} -> {e.Message}";
        }
    }

    private async Task RunAsync(ClientStatement statement)
    {
        await using var command = new NpgsqlCommand(statement.Sql, _connection);
        foreach (var (name, value) in new[] { ("$1", statement.Key), ("$2", statement.Number) })
        {
            if (statement.Sql.Contains(name, StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
            }
        }

        var found = 0L;
        await TimedAsync(statement.Sql, async () => found = statement.Reads
            ? (long)(await command.ExecuteScalarAsync(CancellationToken.None))!
            : await command.ExecuteNonQueryAsync(CancellationToken.None));
        if (found != 1 && !statement.MayFindNothing)
        {
            Failure ??= $"{_schema}: {statement.Sql} of row {statement.Key} with {statement.Number} found {found} rows";
        }
    }

    private async Task TimedAsync(string sql, Func<Task> statement)
    {
        // What is held up by the beginning of a phase began in the one before.
        var (began, first) = (TimeProvider.System.GetTimestamp(), _phase());
        await statement();
        var (elapsed, last) = (TimeProvider.System.GetElapsedTime(began), _phase());
        last.Record(sql, elapsed);
        if (first != last)
        {
            first.Record(sql, elapsed);
        }

        Interlocked.Increment(ref _statements);
    }
}
