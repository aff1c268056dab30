namespace Lockkeeper.Locks.Deadlocks;

/// <summary>One process of a ring, in words.</summary>
/// <param name="Pid">The process.</param>
/// <param name="IsVictim">Whether it was the one that the server ended.</param>
/// <param name="Query">The statement at which it was; null where the log does not have it.</param>
/// <param name="WaitedFor">What it waited for.</param>
/// <param name="Mode">The mode that it asked for, as the server writes it.</param>
/// <param name="HeldBy">The process that was in the way.</param>
public sealed record RingLine(int Pid, bool IsVictim, string? Query, string WaitedFor, string Mode, int HeldBy);
