using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Tracing;

/// <summary>What a transaction has done so far to tables that were there before, by OID.</summary>
internal sealed class TransactionState
{
    public required ImmutableDictionary<uint, LockMode> Locks { get; init; }

    public required ImmutableDictionary<uint, long> Files { get; init; }

    public required ImmutableDictionary<uint, long> Scans { get; init; }

    public required ImmutableDictionary<uint, (string Name, bool IsValidated)> Constraints { get; init; }
}
