namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Somebody who held what others waited for, as far as the log tells of it.</summary>
/// <param name="Pid">The process; 0 for a prepared transaction, which has none.</param>
/// <param name="Waits">In how many of the waits it was in the way.</param>
/// <param name="Name">What its client calls itself, or its role; null where the log has neither.</param>
/// <param name="Statement">The last statement of it that was logged before, without its values; null where none was.</param>
public sealed record LoggedHolder(int Pid, int Waits, string? Name, string? Statement);
