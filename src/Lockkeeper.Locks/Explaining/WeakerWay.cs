using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;
using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Locks.Explaining;

/// <summary>How somebody who holds or awaits a table's lock could have done with a weaker one.</summary>
internal static class WeakerWay
{
    /// <summary>A sentence, or none: where the statement is not known, or is not what the lock comes from, or nothing does with less.</summary>
    /// <param name="owner">Who holds or awaits the lock.</param>
    /// <param name="mode">The mode of the lock.</param>
    public static IEnumerable<string> Of(LockOwner owner, LockMode mode) =>
        StatementCommand.Of(owner.Query) is { Instead: { } instead } command && (command.OnTable == mode || command.OnReferenced == mode)
            ? [$"{command.Command} can be had with less. {instead}"]
            : [];
}
