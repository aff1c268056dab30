using Microsoft.Extensions.Hosting;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>Lets the host execute the gathering of counters, from its start to its end.</summary>
internal sealed class HostedRollUps(CounterRollUps rollUps) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => rollUps.RunAsync(stoppingToken);
}
