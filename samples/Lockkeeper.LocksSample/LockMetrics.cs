using Lockkeeper.Locks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Lockkeeper.LocksSample;

internal sealed class LockMetrics(LockDoctor doctor) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await foreach (var _ in doctor.WatchAsync(stoppingToken))
                {
                    // Taking the snapshot has recorded it.
                }
            }
            catch (Exception away) when (away is NpgsqlException or LocksException)
            {
                // An exception that leaves a hosted service ends the application; a server that is away comes back.
                await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, stoppingToken);
            }
        }
    }
}
