using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A number that counts how often its row was written.</summary>
internal sealed class VersionColumn<T, TValue>(Identifier name, Func<T, TValue> read) : ValueColumn<T, TValue>(name, Merge.By("{old}.{column} + 1"), read)
{
    public override bool IsVersion => true;
}
