using System.Diagnostics;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>The locks of one transaction, in the order in which they were taken.</summary>
public sealed class RecordedTransaction
{
    private readonly LockOrderRecorder _recorder;
    private readonly List<(TableName Table, RowLock Mode)> _held = [];
    private readonly string? _stack;

    internal RecordedTransaction(LockOrderRecorder recorder, string? stack)
    {
        _recorder = recorder;
        _stack = stack;
    }

    /// <summary>Notes rows that were locked in an order of their own, or of which the order is not known: a second time for the same table contradicts itself.</summary>
    /// <param name="table">Their table.</param>
    /// <param name="mode">How strongly.</param>
    public void Lock(TableName table, RowLock mode) => Add(table, mode, new StackTrace(1, fNeedFileInfo: true).ToString());

    internal void Lock(TableName table, RowLock mode, string stack) => Add(table, mode, stack);

    /// <summary>Notes rows of which all were locked in one pass in key order; what comes later for the same table is held already.</summary>
    internal void LockInOrder(TableName table, RowLock mode)
    {
        if (_held.All(held => held.Table != table))
        {
            Add(table, mode, _stack ?? "");
        }
    }

    private void Add(TableName table, RowLock mode, string stack)
    {
        foreach (var held in _held)
        {
            _recorder.Add(new LockEdge(held.Table, held.Mode, table, mode, stack));
        }

        _held.Add((table, mode));
    }
}
