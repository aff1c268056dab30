using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>How rows of one type are written to one table. Never changes; made once, with <see cref="Of{T}"/>.</summary>
public abstract class TableMap
{
    private protected TableMap(TableName table, TableMapParts parts)
    {
        Table = table;
        Parts = parts;
    }

    /// <summary>The table.</summary>
    public TableName Table { get; }

    /// <summary>The columns by which rows are told apart and put in order.</summary>
    public ImmutableArray<Identifier> Key => Parts.Key;

    /// <summary>All columns that are written, those of the key among them.</summary>
    public ImmutableArray<Identifier> Columns => [.. Mapped.Select(column => column.Name)];

    internal TableMapParts Parts { get; }

    internal abstract IReadOnlyList<MappedColumn> Mapped { get; }

    /// <summary>The columns that an upsert or update writes over what is there.</summary>
    internal IEnumerable<MappedColumn> Written => Mapped.Where(column => !Key.Contains(column.Name) && !Parts.OnInsertOnly.Contains(column.Name));

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

    /// <summary>The place of a column among the mapped ones.</summary>
    internal int PlaceOf(Identifier column)
    {
        for (var place = 0; place < Mapped.Count; place++)
        {
            if (Mapped[place].Name == column)
            {
                return place;
            }
        }

        return -1;
    }
}
