namespace Lockkeeper.Cli.Output.Json.Deadlocks;

/// <summary>One process of a ring.</summary>
internal sealed record RingOutput(int ProcessId, bool Victim, string? Query, string WaitedFor, string Mode, int HeldBy);
