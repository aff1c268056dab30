using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A key that comes from the column's sequence before anything is locked: rows are ordered by it, and other rows of the unit may refer to it.</summary>
internal sealed class DrawnColumn<T>(Identifier name, Func<T, long> read, Action<T, long> put)
    : ValueColumn<T, long>(name, Merge.Replace, read)
{
    public override bool IsDrawn => true;

    public override bool IsMissing(T row) => Read(row) == 0;

    public override void Put(T row, long drawn) => put(row, drawn);
}
