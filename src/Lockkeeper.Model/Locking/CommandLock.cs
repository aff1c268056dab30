namespace Lockkeeper.Model.Locking;

/// <summary>Which lock a command takes, and keeps until its transaction ends.</summary>
/// <param name="Command">The command, as one reads it in the manual.</param>
/// <param name="OnTable">The strongest lock on the table, or materialized view, that it names; null where there is none yet.</param>
/// <param name="OnReferenced">The strongest lock on the table that a foreign key of the first references; null for none.</param>
public sealed record CommandLock(string Command, LockMode? OnTable, LockMode? OnReferenced);
