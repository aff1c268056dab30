using System.Globalization;
using Npgsql;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>A client that writes until it is stopped. A failure is counted, and the client goes on as an application would.</summary>
internal sealed class Client
{
    // What goes wrong every time need not be tried for ever.
    private const int MostFailuresInARow = 20;

    // Milliseconds. An application has something to do between its transactions; without a pause six clients
    // would measure nothing but who gets a processor.
    private const int LongestPause = 6;

    private readonly string _name;
    private readonly string _connection;
    private readonly ClientWork _work;
    private readonly Random _random;
    private readonly TrafficMeter _meter;
    private readonly TimeProvider _time;
    private volatile ClientVersion _version;
    private volatile ClientVersion? _connected;
    private volatile bool _stopping;
    private long _transactions;

    public Client(int number, string connection, ClientVersion version, ClientRows rows, Random random, TrafficMeter meter, TimeProvider time)
    {
        _name = string.Create(CultureInfo.InvariantCulture, $"demo client {number + 1}");
        _connection = connection;
        _version = version;
        Rows = rows;
        _random = random;
        _work = new ClientWork(rows, random);
        _meter = meter;
        _time = time;
    }

    public ClientRows Rows { get; }

    public long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>Whether it has given up: too many failures in a row.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether it works through this version already.</summary>
    public bool Speaks(ClientVersion version) => _connected == version;

    /// <summary>Connects anew, as an application does that is deployed in a new version.</summary>
    public void Deploy(ClientVersion version) => _version = version;

    /// <summary>Lets the transaction at hand end, and then the client.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Works until it is stopped.</summary>
    public async Task RunAsync()
    {
        for (var failures = 0; failures < MostFailuresInARow && !_stopping;)
        {
            var before = Transactions;
            try
            {
                await ServeAsync(_version);
            }
            catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
            {
                _meter.FailedWith(_name, failure);
                failures = Transactions > before ? 1 : failures + 1;
            }
        }

        HasEnded = true;
    }

    private async Task ServeAsync(ClientVersion version)
    {
        await using var session = await ClientSession.OpenAsync(_connection, _name, version, _meter, _time);
        _connected = version;
        while (!_stopping && _version == version)
        {
            await _work.DoAsync(session, version);
            Interlocked.Increment(ref _transactions);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(LongestPause + 1)), _time, CancellationToken.None);
        }
    }
}
