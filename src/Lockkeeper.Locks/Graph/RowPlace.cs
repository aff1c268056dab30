namespace Lockkeeper.Locks.Graph;

/// <summary>Where a row is that is waited for.</summary>
/// <param name="Database">The OID of its database.</param>
/// <param name="Relation">The OID of its table or partition.</param>
/// <param name="Ctid">The address of the version that is waited for; null while no waiter shows it.</param>
public sealed record RowPlace(uint Database, uint Relation, string? Ctid);
