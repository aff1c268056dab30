using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>A session, or a prepared transaction, whose <c>processId</c> is null. What the role may not see is null.</summary>
internal sealed record LockSessionOutput(
    int? ProcessId,
    string? PreparedName,
    string? Application,
    string? User,
    string? Database,
    string? Client,
    string? BackendType,
    string? State,
    double? StateAgeMs,
    double? QueryAgeMs,
    double? TransactionAgeMs,
    string? Query)
{
    public static LockSessionOutput Of(LockOwner owner) => new(
        owner.Id.IsPrepared ? null : owner.Id.Pid,
        owner.PreparedName,
        owner.Application,
        owner.User,
        owner.Database,
        owner.ClientAddress,
        owner.BackendType,
        owner.State,
        owner.StateAge?.TotalMilliseconds,
        owner.QueryAge?.TotalMilliseconds,
        owner.TransactionAge?.TotalMilliseconds,
        owner.Query);
}
