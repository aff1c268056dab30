using Lockkeeper.Locks.Explaining;

namespace Lockkeeper.Locks.Watching;

/// <summary>An incident that was seen and is over.</summary>
/// <param name="Subject">What was waited for.</param>
/// <param name="Signature">What it was.</param>
/// <param name="FirstSeen">When it was first seen.</param>
/// <param name="LastSeen">When it was last seen.</param>
/// <param name="MostWaiting">The most sessions that were seen waiting at once.</param>
/// <param name="LongestWait">The longest wait that was seen.</param>
/// <param name="Holder">Who held it when it was first seen, in a word or two.</param>
public sealed record EndedIncident(
    string Subject,
    LockSignature Signature,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    int MostWaiting,
    TimeSpan LongestWait,
    string Holder);
