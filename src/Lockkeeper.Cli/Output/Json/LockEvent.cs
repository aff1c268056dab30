using System.Collections.Immutable;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A lock could not be had yet: event <c>lockAwaited</c>.</summary>
internal sealed record LockEvent(string Event, int Attempt, double WaitedMs, ImmutableArray<HolderOutput> Holders)
{
    public static LockEvent Of(MigrationEvent.LockAwaited awaited) => new(
        "lockAwaited", awaited.Attempt, awaited.Waited.TotalMilliseconds, [.. awaited.Holders.Select(HolderOutput.Of)]);
}
