using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.Model.Naming;
using Npgsql;

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

    /// <summary>
    /// Records every command that is sent through Npgsql in a transaction, by whatever code, as far as its text shows what it locks: the tables that it
    /// inserts into, updates, deletes from, or selects from FOR UPDATE and its kin.
    /// </summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="defaultSchema">The schema of tables that a command names without one.</param>
    /// <returns>Ends the recording when it is disposed.</returns>
    public IDisposable Watch(NpgsqlTransaction transaction, string defaultSchema = "public")
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new TransactionWatch(Begin(), transaction, new Identifier(defaultSchema));
    }

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
