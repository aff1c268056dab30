using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Lockkeeper.Locks.Health;

/// <summary>Reports for ASP.NET whether sessions of a database wait for locks, for how long, and what for. One look, which changes nothing.</summary>
/// <remarks>
/// Waits in other databases of the server do not count. An orchestrator that restarts what is unhealthy does not free a lock that another
/// process holds: register it for alerts and dashboards, not as a liveness probe.
/// </remarks>
public sealed class LockHealthCheck : IHealthCheck
{
    private readonly LockDoctor _doctor;
    private readonly LockHealthOptions _options;

    /// <summary>Makes one.</summary>
    /// <param name="doctor">Who looks; its data source names the database.</param>
    /// <param name="options">From where on what is reported; null for the defaults.</param>
    /// <exception cref="LocksException">The options do not fit (LK4003).</exception>
    public LockHealthCheck(LockDoctor doctor, LockHealthOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(doctor);
        _doctor = doctor;
        _options = options ?? new LockHealthOptions();
        if (_options.Problems() is { IsEmpty: false } problems)
        {
            throw LocksException.BadOptions(problems);
        }
    }

    /// <summary>Healthy, degraded, or the status with which the check was registered for failures; the server's refusal is a failure, not an exception.</summary>
    /// <param name="context">How the check was registered.</param>
    /// <param name="cancellationToken">Ends it; nothing is left.</param>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var failure = context.Registration?.FailureStatus ?? HealthStatus.Unhealthy;
        try
        {
            return Of(await _doctor.SnapshotAsync(cancellationToken).ConfigureAwait(false), failure);
        }
        catch (Exception refused) when (refused is NpgsqlException or LocksException)
        {
            return new HealthCheckResult(failure, $"The locks could not be looked at: {refused.Message}", refused);
        }
    }

    private HealthCheckResult Of(LockSnapshot snapshot, HealthStatus failure)
    {
        var incidents = snapshot.Incidents.Where(report => IsHere(report, snapshot.Observation.Database)).ToImmutableArray();
        var waiting = incidents.Sum(report => report.Incident.Depth);
        var longest = incidents.Select(report => report.Incident.LongestWait).DefaultIfEmpty().Max();
        var depth = incidents.SelectMany(report => report.Incident.Queues).SelectMany(queue => queue.All())
            .Select(queue => queue.Waiters.Length).DefaultIfEmpty().Max();
        var status = waiting == 0 ? HealthStatus.Healthy
            : longest >= _options.UnhealthyWait || depth >= _options.UnhealthyDepth ? failure
            : longest >= _options.DegradedWait || depth >= _options.DegradedDepth ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        return new HealthCheckResult(status, Words(incidents, waiting, longest), data: new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["waiting"] = waiting,
            ["queueDepth"] = depth,
            ["oldestWaitSeconds"] = longest.TotalSeconds,
            ["deadlocks"] = snapshot.Observation.Deadlocks,
        });
    }

    private static string Words(ImmutableArray<IncidentReport> incidents, int waiting, TimeSpan longest) => waiting == 0
        ? "Nobody waits for a lock."
        : $"{(waiting == 1 ? "1 session waits" : $"{waiting} sessions wait")}, the longest for {Ages.Of(longest)}: "
            + $"{string.Join("; ", incidents.SelectMany(report => report.Queues).Select(queue => queue.Subject).Distinct())}.";

    // Without rights it is not told in which database others work.
    private static bool IsHere(IncidentReport report, string database) => report.Incident.Queues.SelectMany(queue => queue.All())
        .SelectMany(queue => queue.Waiters).Any(waiter => waiter.Owner.Database is null || waiter.Owner.Database == database);
}
