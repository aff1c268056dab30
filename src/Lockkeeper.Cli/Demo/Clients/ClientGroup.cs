using System.Collections.Immutable;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>All clients of the demo.</summary>
/// <param name="connection">Where the table is.</param>
/// <param name="clients">How many clients there will be in the end.</param>
/// <param name="seeded">How many rows were there before.</param>
/// <param name="seed">The seed of all that is drawn at random.</param>
/// <param name="time">The clock.</param>
internal sealed class ClientGroup(string connection, int clients, int seeded, int seed, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    // A client that waits longer than this is a result, and not one to wait for any longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Client> _clients = [];
    private readonly List<Task> _running = [];

    public TrafficMeter Meter { get; } = new();

    public int Count => _clients.Count;

    public ImmutableArray<ClientRows> Rows => [.. _clients.Select(client => client.Rows)];

    public void Start(int count, ClientVersion version)
    {
        for (var i = 0; i < count; i++)
        {
            var number = _clients.Count;
            var rows = new ClientRows(number, clients, seeded);
            var client = new Client(number, connection, version, rows, new Random(seed + number), Meter, time);
            _clients.Add(client);
            _running.Add(Task.Run(client.RunAsync));
        }
    }

    /// <summary>Waits until every client has done so many more transactions.</summary>
    public Task MoreAsync(int transactions, CancellationToken cancellationToken)
    {
        var until = _clients.ToDictionary(client => client, client => client.Transactions + transactions);
        return WaitAsync(client => client.Transactions >= until[client], cancellationToken);
    }

    /// <summary>Takes the clients to another version one after the other; each works before the next is taken.</summary>
    public async Task DeployAsync(ClientVersion version, CancellationToken cancellationToken)
    {
        foreach (var client in _clients.Where(client => !client.Speaks(version)))
        {
            client.Deploy(version);
            await WaitAsync(c => c != client || c.Speaks(version), cancellationToken);
        }
    }

    /// <summary>Lets every transaction end. Safe to call again.</summary>
    public Task StopAsync()
    {
        foreach (var client in _clients)
        {
            client.Stop();
        }

        return Task.WhenAll(_running);
    }

    private async Task WaitAsync(Func<Client, bool> isDone, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (_clients.Any(client => !client.HasEnded && !isDone(client)) && time.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }
}
