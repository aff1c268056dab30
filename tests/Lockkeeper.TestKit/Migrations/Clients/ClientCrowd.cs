using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations.Clients;

/// <summary>Six clients that write, every other one with prepared statements, and one that touches no table.</summary>
[SuppressMessage("Security", "CA2100", Justification = "Tests write their own SQL.")]
internal sealed class ClientCrowd : IAsyncDisposable
{
    public const int Count = 6;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Phase> _phases = [new("before")];
    private readonly ImmutableArray<WritingClient> _clients;
    private readonly NpgsqlConnection _bystander;
    private Task _running = Task.CompletedTask;

    private ClientCrowd(ImmutableArray<NpgsqlConnection> connections, NpgsqlConnection bystander, ClientTable table, int rows, int seed)
    {
        _bystander = bystander;
        var meanings = table.Columns.SelectMany(column => column.Meanings).ToArray();
        _clients =
        [
            .. connections.Select((connection, i) => new WritingClient(
                connection, new ClientScript(i, Count, rows, meanings, new Random(seed + i)), table, new Random(seed - i), () => _phases[^1])),
        ];
    }

    public IReadOnlyList<WritingClient> Clients => _clients;

    public Phase Now => _phases[^1];

    public string Report => string.Join('\n', _phases);

    private bool HasFailed => _clients.Any(client => client.Failure is not null);

    /// <summary>Connects the clients. They write once <see cref="Begin"/> is called.</summary>
    public static async Task<ClientCrowd> ConnectAsync(
        TestDatabase database, ClientTable table, int rows, int seed, CancellationToken cancellationToken)
    {
        var connections = ImmutableArray.CreateBuilder<NpgsqlConnection>();
        for (var i = 0; i <= Count; i++)
        {
            var text = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Pooling = false,
                ApplicationName = string.Create(CultureInfo.InvariantCulture, $"client {i}"),
                MaxAutoPrepare = i % 2 == 0 ? 0 : 50,
                AutoPrepareMinUsages = 2,
            };
            var connection = new NpgsqlConnection(text.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            connections.Add(connection);
        }

        var bystander = connections[Count];
        connections.RemoveAt(Count);
        return new ClientCrowd(connections.ToImmutable(), bystander, table, rows, seed);
    }

    public void Begin() => _running = Task.WhenAll(
        _clients.Select(client => Task.Run(() => client.WriteAsync(_stop.Token))).Append(Task.Run(LookOnAsync)));

    public Phase Enter(string name)
    {
        _phases.Add(new Phase(name));
        return _phases[^1];
    }

    /// <summary>Waits until each client has run that many more statements: until then, nothing was shown.</summary>
    public async Task EachMoreAsync(int statements, CancellationToken cancellationToken)
    {
        var wanted = _clients.Select(client => client.Statements + statements).ToArray();
        var began = TimeProvider.System.GetTimestamp();
        while (!HasFailed && _clients.Where((client, i) => client.Statements < wanted[i]).Any())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, $"A client has done nothing for {Deadline}.\n{Report}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Takes clients over to a version, each between two transactions.</summary>
    public async Task SpeakAsync(Identifier schema, ClientTable table, IEnumerable<int> clients, CancellationToken cancellationToken)
    {
        foreach (var client in clients)
        {
            await _clients[client].SpeakAsync(schema, table, cancellationToken);
        }
    }

    /// <summary>Does something while no client has a transaction open.</summary>
    public async Task QuietlyAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        foreach (var client in _clients)
        {
            await client.PauseAsync(cancellationToken);
        }

        try
        {
            AssertNoFailure();
            await work();
        }
        finally
        {
            foreach (var client in _clients)
            {
                client.GoOn();
            }
        }
    }

    /// <summary>Between two transactions: what only the new version showed is gone.</summary>
    public void ForgetNew(ClientTable old)
    {
        foreach (var client in _clients)
        {
            client.Script.ForgetNew(old);
        }
    }

    public void AssertNoFailure() =>
        Assert.True(!HasFailed, $"{string.Join('\n', _clients.Select(client => client.Failure).Where(f => f is not null))}\n{Report}");

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _bystander.DisposeAsync();
        _stop.Dispose();
    }

    private async Task LookOnAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var (began, first) = (TimeProvider.System.GetTimestamp(), Now);
            await _bystander.ExecuteAsync("SELECT 1", CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            var elapsed = TimeProvider.System.GetElapsedTime(began);
            first.RecordHiccup(elapsed);
            Now.RecordHiccup(elapsed);
        }
    }
}
