using System.Collections.Immutable;
using System.Diagnostics;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>
/// Records in which order transactions lock tables, and finds two that contradict each other, before they ever met: one run of each path is enough,
/// and no race is needed. For tests. Safe for several threads.
/// </summary>
public sealed class LockOrderRecorder
{
    private readonly Lock _gate = new();
    private readonly LockGraph _graph = new();
    private readonly List<LockOrderContradiction> _contradictions = [];

    /// <summary>What was found so far.</summary>
    public ImmutableArray<LockOrderContradiction> Contradictions
    {
        get
        {
            lock (_gate)
            {
                return [.. _contradictions];
            }
        }
    }

    /// <summary>Begins a transaction of code that does not go through this library; tell it each lock in the order in which it is taken.</summary>
    public RecordedTransaction Begin() => new(this, new StackTrace(1, fNeedFileInfo: true).ToString());

    /// <summary>Fails a test in which two orders contradicted each other.</summary>
    /// <exception cref="LockOrderException">LK3030, with both stacks.</exception>
    public void ThrowIfContradicted()
    {
        if (Contradictions is { IsEmpty: false } found)
        {
            throw LockOrderException.Contradicted(found);
        }
    }

    internal void Add(LockEdge edge)
    {
        lock (_gate)
        {
            if (_graph.Add(edge) is { } opposite)
            {
                _contradictions.Add(new LockOrderContradiction(edge.Held, edge.Taken, edge.Stack, opposite.Stack));
            }
        }
    }
}
