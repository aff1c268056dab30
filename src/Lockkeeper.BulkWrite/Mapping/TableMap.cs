using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>How rows of one type are written to one table. Never changes; made once, with <see cref="Of{T}"/>.</summary>
public abstract class TableMap
{
    private readonly Dictionary<Identifier, int> _places;

    private protected TableMap(TableName table, TableMapParts parts, IReadOnlyList<MappedColumn> mapped)
    {
        Table = table;
        Parts = parts;
        Mapped = mapped;
        Columns = [.. mapped.Where(column => !column.IsCompared).Select(column => column.Name)];
        Written = [.. mapped.Where(column => !column.IsCompared && !parts.Key.Contains(column.Name) && !parts.OnInsertOnly.Contains(column.Name))];
        _places = Enumerable.Range(0, mapped.Count).ToDictionary(place => mapped[place].Name);
    }

    /// <summary>The table.</summary>
    public TableName Table { get; }

    /// <summary>The columns by which rows are told apart and put in order.</summary>
    public ImmutableArray<Identifier> Key => Parts.Key;

    /// <summary>All columns that are written, those of the key among them.</summary>
    public ImmutableArray<Identifier> Columns { get; }

    internal TableMapParts Parts { get; }

    /// <summary>All that is read out of rows; what is only compared comes last.</summary>
    internal IReadOnlyList<MappedColumn> Mapped { get; }

    /// <summary>What an update compares with what is there before it writes.</summary>
    internal IEnumerable<MappedColumn> Compared => Mapped.Where(column => column.IsCompared);

    /// <summary>The columns that an upsert or update writes over what is there.</summary>
    internal ImmutableArray<MappedColumn> Written { get; }

    /// <summary>Describes how rows of a type are written to a table.</summary>
    /// <param name="schema">The schema's name as the catalog has it.</param>
    /// <param name="table">The table's name as the catalog has it.</param>
    /// <param name="describe">Names the key and the columns.</param>
    /// <exception cref="BulkWriteException">LK3001: there is no key, or a column is named twice.</exception>
    public static TableMap<T> Of<T>(string schema, string table, Action<TableMapBuilder<T>> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new TableMapBuilder<T>(new TableName(new Identifier(schema), new Identifier(table)));
        describe(builder);
        return builder.Build();
    }

    /// <summary>Looks at each column that is read back as what it is: an empty array of its values, in the order of the declaration.</summary>
    internal abstract IEnumerable<(Identifier Column, Type Type, Action<NpgsqlDataReader, int> Probe)> Probes { get; }

    /// <summary>The place of a column among the mapped ones; less than zero when it is not one of them.</summary>
    internal int PlaceOf(Identifier column) => _places.GetValueOrDefault(column, -1);
}
