using System.Runtime.CompilerServices;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>Describes how rows of a type are written. Plain delegates, no reflection: it works the same when trimmed or compiled ahead of time.</summary>
/// <remarks>
/// Where no column is named, the name is made of the property that the lambda reads: <c>o => o.OrderId</c> is <c>order_id</c>.
/// A delegate is called several times for a row and must give the same value each time.
/// </remarks>
public sealed class TableMapBuilder<T>
{
    private readonly TableName _table;
    private readonly List<MappedColumn<T>> _columns = [];
    private readonly List<Identifier> _key = [];
    private readonly List<Identifier> _onInsertOnly = [];
    private readonly List<MappedColumn<T>> _compared = [];
    private readonly List<ReadBackColumn<T>> _readBacks = [];
    private DuplicateRule _duplicates;
    private Func<T, T, T>? _mergeRows;
    private MappedColumn<T>? _greatestBy;
    private string? _condition;
    private bool _keyGates;
    private bool _triggersUpdateParents;
    private bool _parentsStay;

    internal TableMapBuilder(TableName table) => _table = table;

    /// <summary>A column of the key. Rows are told apart, put in order and locked by it; it is never written over. All maps of a table have the same key.</summary>
    /// <param name="read">Reads the value.</param>
    /// <param name="column">The column's name, where it is not that of the property.</param>
    /// <param name="lambda">Filled in by the compiler.</param>
    public TableMapBuilder<T> Key<TValue>(
        Func<T, TValue> read, string? column = null, [CallerArgumentExpression(nameof(read))] string? lambda = null)
    {
        var mapped = new ValueColumn<T, TValue>(NameOf(column, lambda), Merge.Replace, read);
        _key.Add(mapped.Name);
        _columns.Add(mapped);
        return this;
    }

    /// <summary>
    /// A key of an identity or serial column. Rows whose value is zero get one from the column's sequence before anything is locked, and it is
    /// written back to them, so that rows of other tables in the same unit may refer to it. The values stay drawn if the unit fails.
    /// </summary>
    /// <param name="read">Reads the value.</param>
    /// <param name="put">Writes it back.</param>
    /// <param name="column">The column's name, where it is not that of the property.</param>
    /// <param name="lambda">Filled in by the compiler.</param>
    public TableMapBuilder<T> DrawnKey(
        Func<T, long> read, Action<T, long> put, string? column = null, [CallerArgumentExpression(nameof(read))] string? lambda = null)
    {
        ArgumentNullException.ThrowIfNull(put);
        var mapped = new DrawnColumn<T>(NameOf(column, lambda), read, put);
        _key.Add(mapped.Name);
        _columns.Add(mapped);
        return this;
    }

    /// <summary>A column. Columns of the table that no map names keep their default when a row is inserted, and their value when it is there.</summary>
    /// <param name="read">Reads the value.</param>
    /// <param name="column">The column's name, where it is not that of the property.</param>
    /// <param name="merge">What is written over a value that is there.</param>
    /// <param name="lambda">Filled in by the compiler.</param>
    public TableMapBuilder<T> Column<TValue>(
        Func<T, TValue> read, string? column = null, Merge? merge = null, [CallerArgumentExpression(nameof(read))] string? lambda = null)
    {
        _columns.Add(new ValueColumn<T, TValue>(NameOf(column, lambda), merge ?? Merge.Replace, read));
        return this;
    }

    /// <summary>A column that is given when a row is inserted and left alone when it is there.</summary>
    /// <param name="read">Reads the value.</param>
    /// <param name="column">The column's name, where it is not that of the property.</param>
    /// <param name="lambda">Filled in by the compiler.</param>
    public TableMapBuilder<T> ColumnOnInsert<TValue>(
        Func<T, TValue> read, string? column = null, [CallerArgumentExpression(nameof(read))] string? lambda = null)
    {
        var mapped = new ValueColumn<T, TValue>(NameOf(column, lambda), Merge.Replace, read);
        _columns.Add(mapped);
        _onInsertOnly.Add(mapped.Name);
        return this;
    }

    /// <summary>
    /// A number that counts how often its row was written. An update or upsert writes over a row only where the number is still the one that the
    /// caller knows, and adds one; rows where it is not are left alone and counted as skipped. The new number is put into the caller's row.
    /// </summary>
    /// <param name="read">Reads the number that the caller knows.</param>
    /// <param name="put">Puts the new one into the row.</param>
    /// <param name="column">The column's name, where it is not that of the property.</param>
    /// <param name="lambda">Filled in by the compiler.</param>
    public TableMapBuilder<T> Version<TValue>(
        Func<T, TValue> read, Action<T, TValue> put, string? column = null, [CallerArgumentExpression(nameof(read))] string? lambda = null)
    {
        ArgumentNullException.ThrowIfNull(put);
        var name = NameOf(column, lambda);
        _columns.Add(new VersionColumn<T, TValue>(name, read));
        _readBacks.Add(new ReadBackValue<T, TValue>(name, isToken: true, put));
        return this;
    }

    /// <summary>
    /// A column that the server keeps, such as <c>xmin</c>: an update or upsert leaves rows alone where it is no longer what the caller knows, and counts them as
    /// skipped. It is never written. Inserts do not look at it, and neither do upserts of rows that are not there.
    /// </summary>
    /// <param name="read">Reads what the caller knows.</param>
    /// <param name="put">Puts what it is now into the row, where the unit wrote it.</param>
    /// <param name="column">The column's name, where it is not that of the property.</param>
    /// <param name="lambda">Filled in by the compiler.</param>
    public TableMapBuilder<T> OnlyIfStill<TValue>(
        Func<T, TValue> read, Action<T, TValue> put, string? column = null, [CallerArgumentExpression(nameof(read))] string? lambda = null)
    {
        ArgumentNullException.ThrowIfNull(put);
        var name = NameOf(column, lambda);
        _compared.Add(new ComparedColumn<T, TValue>(name, read));
        _readBacks.Add(new ReadBackValue<T, TValue>(name, isToken: true, put));
        return this;
    }

    /// <summary>
    /// A column that is read after the rows were written and put into each of them, whether the row is new or was there: the identity of a row that is
    /// told apart by its name, a default, what a trigger made of it. Put there once the unit is committed (in a transaction of yours: once it was written).
    /// </summary>
    /// <param name="column">The column's name.</param>
    /// <param name="put">Puts the value into the row; a null is the type's default. Rows are objects: what is put into a copy of a struct is lost.</param>
    /// <remarks>
    /// One more statement for each input that inserts or updates, in the same round trip. Rows that an update did not find, and those that went into another
    /// row of the same key, get nothing. What <paramref name="put"/> throws reaches the caller of a unit that is committed. Inputs beyond <see cref="BulkWriteOptions.BufferRows"/> are refused (LK3019).
    /// </remarks>
    public TableMapBuilder<T> ReadBack<TValue>(string column, Action<T, TValue> put)
    {
        ArgumentNullException.ThrowIfNull(put);
        _readBacks.Add(new ReadBackValue<T, TValue>(new Identifier(column), isToken: false, put));
        return this;
    }

    /// <summary>Of rows with the same key in one input the last, or the first, counts.</summary>
    /// <param name="rule">Refuse, Last or First.</param>
    public TableMapBuilder<T> Duplicates(DuplicateRule rule)
    {
        if (rule is DuplicateRule.Greatest or DuplicateRule.Merge)
        {
            throw new ArgumentException("Use GreatestBy or MergeDuplicates, which also say by what.", nameof(rule));
        }

        _duplicates = rule;
        return this;
    }

    /// <summary>Of rows with the same key in one input the one with the greatest value counts.</summary>
    /// <param name="read">Reads the value; text is compared by its code units.</param>
    public TableMapBuilder<T> GreatestBy<TValue>(Func<T, TValue> read)
    {
        _duplicates = DuplicateRule.Greatest;
        _greatestBy = new ValueColumn<T, TValue>(new Identifier("greatest"), Merge.Replace, read);
        return this;
    }

    /// <summary>Rows with the same key in one input become one, in the order of the input.</summary>
    /// <param name="merge">Makes one row of the earlier and the later one; the key stays the same.</param>
    public TableMapBuilder<T> MergeDuplicates(Func<T, T, T> merge)
    {
        _duplicates = DuplicateRule.Merge;
        _mergeRows = merge;
        return this;
    }

    /// <summary>When a row that is there is written over; otherwise it is locked and left as it is, and counted as skipped.</summary>
    /// <param name="sql">For example <c>{old}.block &lt; {new}.block</c>. It is code: never build it from input.</param>
    public TableMapBuilder<T> OnlyIf(string sql)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        _condition = sql;
        return this;
    }

    /// <summary>
    /// Every writer takes an advisory lock for each key, so that units that mix inserts with updates or deletes of this table run side by side.
    /// Without it such a unit has the table to itself among the writers of this library. All services must declare it alike.
    /// </summary>
    public TableMapBuilder<T> KeyGates()
    {
        _keyGates = true;
        return this;
    }

    /// <summary>Triggers of this table update the rows that it references, for instance to count: those are locked beforehand, in order.</summary>
    public TableMapBuilder<T> TriggersUpdateParents()
    {
        _triggersUpdateParents = true;
        return this;
    }

    /// <summary>Rows that this table references are never deleted and never change their keys, so they need not be locked beforehand.</summary>
    public TableMapBuilder<T> ParentsStay()
    {
        _parentsStay = true;
        return this;
    }

    internal TableMap<T> Build()
    {
        if (_key.Count == 0)
        {
            throw BulkWriteException.BadDeclaration(_table, "it has no key, and rows without one cannot be put in order");
        }

        if (_columns.GroupBy(column => column.Name).FirstOrDefault(uses => uses.Count() > 1) is { } twice)
        {
            throw BulkWriteException.BadDeclaration(_table, $"the column {twice.Key} is named twice");
        }

        return new TableMap<T>(
            _table,
            new TableMapParts
            {
                Key = [.. _key],
                OnInsertOnly = [.. _onInsertOnly],
                ReadBacks = [.. _readBacks.Select(column => column.Name)],
                HasTokens = _readBacks.Any(column => column.IsToken),
                Duplicates = _duplicates,
                Condition = _condition,
                KeyGates = _keyGates,
                TriggersUpdateParents = _triggersUpdateParents,
                ParentsStay = _parentsStay,
            },
            [.. _columns, .. _compared],
            _readBacks,
            _mergeRows,
            _greatestBy);
    }

    private Identifier NameOf(string? column, string? lambda) =>
        column is not null ? new Identifier(column)
        : SnakeCase.PropertyOf(lambda) is { } property ? new Identifier(SnakeCase.Of(property))
        : throw BulkWriteException.BadDeclaration(_table, $"\"{lambda}\" is no plain property, so its column has to be named");
}
