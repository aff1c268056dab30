using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A value that is never written: an update leaves the row alone where the column no longer has it.</summary>
/// <remarks>It is sent under a name of its own, since a temporary table cannot have a column called <c>xmin</c>.</remarks>
internal sealed class ComparedColumn<T, TValue>(Identifier target, Func<T, TValue> read)
    : ValueColumn<T, TValue>(DerivedName.Of("lockkeeper", "known", target.Value), Merge.Replace, read)
{
    public override Identifier Target => target;

    public override bool IsCompared => true;
}
