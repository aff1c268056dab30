using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks;

/// <summary>Who waited for whom at one moment, and what it means.</summary>
/// <param name="observation">What was read.</param>
/// <param name="incidents">What was concluded.</param>
/// <param name="notes">What could not be seen, and why.</param>
public sealed class LockSnapshot(Observation observation, ImmutableArray<IncidentReport> incidents, ImmutableArray<string> notes)
{
    /// <summary>What was read.</summary>
    public Observation Observation => observation;

    /// <summary>The waits, those that hang together as one; that with the most waiters first.</summary>
    public ImmutableArray<IncidentReport> Incidents => incidents;

    /// <summary>What could not be seen, and why.</summary>
    public ImmutableArray<string> Notes => notes;

    /// <summary>How many sessions wait.</summary>
    public int Waiting => incidents.Sum(report => report.Incident.Depth);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait => incidents.Select(report => report.Incident.LongestWait).DefaultIfEmpty().Max();
}
