using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A session that holds a lock.</summary>
internal sealed record HolderOutput(
    int ProcessId, string? Application, string? User, string? State, double? TransactionAgeMs, string? Query)
{
    public static HolderOutput Of(LockHolder holder) => new(
        holder.ProcessId, holder.Application, holder.User, holder.State, holder.TransactionAge?.TotalMilliseconds, holder.Query);
}
