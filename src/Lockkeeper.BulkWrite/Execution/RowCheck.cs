using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>What can be told of a row without asking the server, so that the row can be named. Of an array or a COPY the server names none.</summary>
internal sealed class RowCheck<T>
{
    private readonly Change _change;
    private readonly MappedColumn<T>[] _notNull;
    private readonly (MappedColumn<T> Column, int Max)[] _limited;
    private readonly MappedColumn<T>[] _nullableKey;

    public RowCheck(TableMap<T> map, TableFacts table, Change change)
    {
        _change = change;
        var sent = change.Kind is ChangeKind.Delete or ChangeKind.Lock
            ? map.ColumnsOfT.Where(column => map.Key.Contains(column.Name)) : map.ColumnsOfT;
        _notNull = [.. sent.Where(column => IsNullable(column.Type) && !map.Key.Contains(column.Name)
            && table.Columns[column.Name].NotNull && column.Merge.IsReplacing)];
        _limited = [.. sent.Where(column => column.Type == typeof(string) && table.Columns[column.Name].MaxCharacters is not null)
            .Select(column => (column, table.Columns[column.Name].MaxCharacters!.Value))];
        _nullableKey = [.. sent.Where(column => map.Key.Contains(column.Name) && IsNullable(column.Type))];
    }

    public void Run(T row, long number)
    {
        foreach (var column in _nullableKey)
        {
            if (column.IsNull(row))
            {
                throw BulkWriteException.NullKey(_change.Map.Table, _change.Index, number);
            }
        }

        foreach (var column in _notNull)
        {
            if (column.IsNull(row))
            {
                throw BulkWriteException.DoesNotFit(_change.Map.Table, column.Name, _change.Index, number, "it takes no null");
            }
        }

        foreach (var (column, max) in _limited)
        {
            if (column.Characters(row) is var characters && characters > max)
            {
                throw BulkWriteException.DoesNotFit(
                    _change.Map.Table, column.Name, _change.Index, number, $"{characters} characters are more than {max}");
            }
        }
    }

    private static bool IsNullable(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
}
