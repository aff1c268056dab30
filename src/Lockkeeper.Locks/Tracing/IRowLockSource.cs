using System.Collections.Immutable;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Tells from a second session which rows a statement of the traced transaction has locked.</summary>
internal interface IRowLockSource
{
    /// <summary>Remembers what is so before the statement.</summary>
    Task MarkAsync(TransactionState before, CancellationToken cancellationToken);

    /// <summary>What has been locked since.</summary>
    Task<ImmutableArray<TracedRows>> SinceMarkAsync(TransactionState before, TransactionState after, CancellationToken cancellationToken);
}
