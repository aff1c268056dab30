using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>How rows of type <typeparamref name="T"/> are written to one table.</summary>
public sealed class TableMap<T> : TableMap
{
    internal TableMap(TableName table, TableMapParts parts, IReadOnlyList<MappedColumn<T>> columns, Func<T, T, T>? mergeRows, MappedColumn<T>? greatestBy)
        : base(table, parts)
    {
        ColumnsOfT = columns;
        MergeRows = mergeRows;
        GreatestBy = greatestBy;
    }

    internal IReadOnlyList<MappedColumn<T>> ColumnsOfT { get; }

    internal override IReadOnlyList<MappedColumn> Mapped => ColumnsOfT;

    internal Func<T, T, T>? MergeRows { get; }

    internal MappedColumn<T>? GreatestBy { get; }
}
