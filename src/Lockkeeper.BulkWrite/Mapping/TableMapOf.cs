using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>How rows of type <typeparamref name="T"/> are written to one table.</summary>
public sealed class TableMap<T> : TableMap
{
    internal TableMap(
        TableName table,
        TableMapParts parts,
        IReadOnlyList<MappedColumn<T>> columns,
        IReadOnlyList<ReadBackColumn<T>> readBacks,
        Func<T, T, T>? mergeRows,
        MappedColumn<T>? greatestBy)
        : base(table, parts, columns)
    {
        ColumnsOfT = columns;
        ReadBacks = readBacks;
        MergeRows = mergeRows;
        GreatestBy = greatestBy;
    }

    internal IReadOnlyList<MappedColumn<T>> ColumnsOfT { get; }

    internal IReadOnlyList<ReadBackColumn<T>> ReadBacks { get; }

    internal override IEnumerable<(Identifier Column, Type Type, Action<NpgsqlDataReader, int> Probe)> Probes =>
        ReadBacks.Select(column => (column.Name, column.Type, (Action<NpgsqlDataReader, int>)column.Probe));

    internal Func<T, T, T>? MergeRows { get; }

    internal MappedColumn<T>? GreatestBy { get; }
}
