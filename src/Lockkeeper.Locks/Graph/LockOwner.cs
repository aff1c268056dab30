namespace Lockkeeper.Locks.Graph;

/// <summary>What was known of a lock's owner at the moment of the snapshot.</summary>
/// <remarks>Without the rights of <c>pg_read_all_stats</c> the server hides state, query and times of other roles' sessions; they are null then.</remarks>
public sealed record LockOwner
{
    /// <summary>Who it is.</summary>
    public required OwnerId Id { get; init; }

    /// <summary>For a parallel worker, the process whose query it works for; locks of one group do not conflict with each other.</summary>
    public int? LeaderPid { get; init; }

    /// <summary>The name under which a transaction was prepared.</summary>
    public string? PreparedName { get; init; }

    /// <summary>The database that it works in.</summary>
    public string? Database { get; init; }

    /// <summary>The role.</summary>
    public string? User { get; init; }

    /// <summary>What the client calls itself.</summary>
    public string? Application { get; init; }

    /// <summary>Where the client is; null for a local socket.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>What kind of process it is, in the server's words: <c>client backend</c>, <c>autovacuum worker</c> ...</summary>
    public string? BackendType { get; init; }

    /// <summary>The state, in the server's words: <c>active</c>, <c>idle in transaction</c> ...</summary>
    public string? State { get; init; }

    /// <summary>What it waits for, in the server's words, such as <c>Lock:transactionid</c> or <c>Client:ClientRead</c>.</summary>
    public string? WaitEvent { get; init; }

    /// <summary>Its current statement, or the last one.</summary>
    public string? Query { get; init; }

    /// <summary>For how long its current statement has run, or since when the last one was started.</summary>
    public TimeSpan? QueryAge { get; init; }

    /// <summary>For how long its transaction has been open, or prepared.</summary>
    public TimeSpan? TransactionAge { get; init; }

    /// <summary>For how long it has been in its state.</summary>
    public TimeSpan? StateAge { get; init; }

    /// <summary>When the process began; tells two processes of the same number apart.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>Whether it holds a transaction open and does nothing.</summary>
    public bool IsIdleInTransaction => State?.StartsWith("idle in transaction", StringComparison.Ordinal) == true;

    /// <summary>The number by which locks of one group are told: the leader's for a parallel worker, else its own.</summary>
    internal OwnerId Group => LeaderPid is { } leader ? new OwnerId(leader, 0) : Id;
}
