using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A column as the rows of one type have it.</summary>
internal abstract class MappedColumn<T>(Identifier name, Merge merge) : MappedColumn(name, merge)
{
    /// <summary>The values of some rows as one array.</summary>
    public abstract NpgsqlParameter Parameter(IReadOnlyList<T> rows, int[] order, string typeName);

    public abstract Task CopyAsync(NpgsqlBinaryImporter importer, T row, string typeName, CancellationToken cancellationToken);

    /// <summary>Writes the value into a key; false when it is null.</summary>
    public abstract bool AppendTo(KeyBuffer key, KeyKind kind, T row);

    public abstract bool IsNull(T row);

    /// <summary>The value as people read it.</summary>
    public abstract string Text(T row);

    /// <summary>Whether the value can be read at all: if not, a failure was the user's delegate's.</summary>
    public abstract bool IsReadable(T row);

    /// <summary>Says what is wrong with a row's value; null when every value fits the column.</summary>
    public abstract Func<T, string?>? Check(ColumnFacts facts);

    public abstract int Compare(T x, T y);

    /// <summary>Whether a value still has to be drawn for the row.</summary>
    public virtual bool IsMissing(T row) => false;

    /// <summary>Puts a drawn value into the row.</summary>
    public virtual void Put(T row, long drawn) => throw new InvalidOperationException($"{Name} is not drawn from a sequence.");
}
