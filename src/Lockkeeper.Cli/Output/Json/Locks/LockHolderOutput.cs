using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>Somebody who holds what others wait for.</summary>
internal sealed record LockHolderOutput(LockSessionOutput Session, string Mode, bool Waits)
{
    public static LockHolderOutput Of(Holder holder) => new(LockSessionOutput.Of(holder.Owner), holder.Mode.ToString(), holder.Waits);
}
