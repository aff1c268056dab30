using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A lock that is taken, and what others cannot do meanwhile.</summary>
internal sealed record LockOutput(string Schema, string Table, string Mode, string Blocks)
{
    public static LockOutput Of(TableLock held) => new(
        held.Table.Schema.Value, held.Table.Name.Value, held.Mode.ToString(), held.Mode.Describe());
}
