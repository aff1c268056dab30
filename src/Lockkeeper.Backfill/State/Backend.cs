namespace Lockkeeper.Backfill.State;

/// <summary>
/// One session of the server, and so one worker: its process id, and when it began because process ids come again.
/// It needs no random number to be unique, and the server itself can tell whether it still lives.
/// </summary>
internal readonly record struct Backend(int Pid, DateTime Started);
