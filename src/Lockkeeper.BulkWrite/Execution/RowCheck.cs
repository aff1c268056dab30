using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>What can be told of a row without asking the server, so that the row can be named. Of an array or a COPY the server names none.</summary>
internal sealed class RowCheck<T>
{
    private readonly Change _change;
    private readonly MappedColumn<T>[] _notNull;
    private readonly (MappedColumn<T> Column, Func<T, string?> Run)[] _checks;
    private readonly MappedColumn<T>[] _nullableKey;

    public RowCheck(TableMap<T> map, TableFacts table, Change change)
    {
        _change = change;
        var sent = change.Kind is ChangeKind.Delete or ChangeKind.Lock
            ? map.ColumnsOfT.Where(column => map.Key.Contains(column.Name))
            : map.ColumnsOfT.Where(column => !column.IsCompared);
        _notNull = [.. sent.Where(column => IsNullable(column.Type) && !map.Key.Contains(column.Name)
            && table.FactsOf(column).NotNull && column.Merge.IsReplacing)];
        _checks = [.. sent.Select(column => (Column: column, Run: column.Check(table.FactsOf(column))))
            .Where(check => check.Run is not null).Select(check => (check.Column, check.Run!))];
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

        foreach (var (column, check) in _checks)
        {
            if (check(row) is { } problem)
            {
                throw BulkWriteException.DoesNotFit(_change.Map.Table, column.Name, _change.Index, number, problem);
            }
        }
    }

    private static bool IsNullable(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
}
