using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining;

/// <summary>An incident in words.</summary>
/// <param name="incident">The incident.</param>
/// <param name="queues">Its queues in words.</param>
public sealed class IncidentReport(Incident incident, ImmutableArray<QueueReport> queues)
{
    /// <summary>The incident.</summary>
    public Incident Incident => incident;

    /// <summary>Its queues, those at which it begins.</summary>
    public ImmutableArray<QueueReport> Queues => queues;
}
