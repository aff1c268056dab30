namespace Lockkeeper.Cli.Output.Json.Deadlocks;

/// <summary>Somebody who held what others waited for.</summary>
internal sealed record LoggedHolderOutput(int ProcessId, int Waits, string? Name, string? Statement);
