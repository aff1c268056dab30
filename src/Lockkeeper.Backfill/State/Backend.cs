namespace Lockkeeper.Backfill.State;

/// <summary>
/// One worker: the process id of its session's backend and when it took that session over. Process ids come again, and so do sessions of
/// a pool, but never both at the same time. The server's clock and its own list of backends make it unique; no random number is needed.
/// </summary>
internal readonly record struct Backend(int Pid, DateTime Since);
