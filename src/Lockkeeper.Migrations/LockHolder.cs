namespace Lockkeeper.Migrations;

/// <summary>A session that holds a lock which a migration needs.</summary>
/// <param name="ProcessId">Its backend's process id.</param>
/// <param name="Application">What it calls itself.</param>
/// <param name="User">Its role.</param>
/// <param name="State">What it does, in the words of <c>pg_stat_activity</c>.</param>
/// <param name="TransactionAge">How long its transaction has lasted.</param>
/// <param name="Query">Its statement, or its last one; null without the right to see it.</param>
public sealed record LockHolder(
    int ProcessId, string? Application, string? User, string? State, TimeSpan? TransactionAge, string? Query);
