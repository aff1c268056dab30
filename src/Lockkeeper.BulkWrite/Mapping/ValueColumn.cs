using Lockkeeper.BulkWrite.Execution;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A column whose values are of one .NET type. Nothing is boxed on the way to the server.</summary>
internal class ValueColumn<T, TValue>(Identifier name, Merge merge, Func<T, TValue> read) : MappedColumn<T>(name, merge)
{
    private readonly KeyEncoding.Append<TValue>? _append = KeyEncoding.Of<TValue>();

    public override Type Type => typeof(TValue);

    protected Func<T, TValue> Read => read;

    public override NpgsqlParameter Parameter(IReadOnlyList<T> rows, int[] order, string typeName)
    {
        var values = new TValue[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            values[i] = read(rows[order[i]]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, DataTypeName = $"{typeName}[]" };
    }

    public override Task CopyAsync(NpgsqlBinaryImporter importer, T row, string typeName, CancellationToken cancellationToken)
    {
        var value = read(row);
        return value is null
            ? importer.WriteNullAsync(cancellationToken)
            : importer.WriteAsync(value, typeName, cancellationToken);
    }

    public override bool AppendTo(KeyBuffer key, KeyKind kind, T row) => _append!(key, kind, read(row));

    public override bool IsNull(T row) => read(row) is null;

    public override string Text(T row) => read(row) switch
    {
        null => "null",
        byte[] bytes => $@"\x{Convert.ToHexStringLower(bytes)}",
        DateTime or DateTimeOffset or DateOnly => FormattableString.Invariant($"{read(row):O}"),
        var value => FormattableString.Invariant($"{value}"),
    };

    public override bool IsReadable(T row)
    {
        try
        {
            read(row);
            return true;
        }
        catch (Exception failure) when (Failures.IsOfDriver(failure))
        {
            return false;
        }
    }

    public override Func<T, string?>? Check(ColumnFacts facts) =>
        ValueCheck.Of<TValue>(facts) is { } check ? row => check(read(row)) : null;

    public override NpgsqlParameter Empty(string typeName) => new NpgsqlParameter<TValue[]> { TypedValue = [], DataTypeName = $"{typeName}[]" };

    public override int Compare(T x, T y) => typeof(TValue) == typeof(string)
        ? string.CompareOrdinal((string?)(object?)read(x), (string?)(object?)read(y))
        : Comparer<TValue>.Default.Compare(read(x), read(y));
}
