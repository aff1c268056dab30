using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>Compares what is declared with what the catalog has, before anything is written.</summary>
internal static class DeclarationCheck
{
    public static Catalog Checked(ImmutableArray<TableMap> maps, Catalog catalog)
    {
        foreach (var map in maps)
        {
            if (!catalog.Tables.TryGetValue(map.Table, out var table))
            {
                throw BulkWriteException.NotInDatabase(map.Table, "there is no such table");
            }

            foreach (var column in map.Mapped)
            {
                CheckColumn(map.Table, column, table);
            }

            if (map.Parts.ReadBacks.FirstOrDefault(column => !table.Columns.ContainsKey(column)) is { Value: not null } missing)
            {
                throw BulkWriteException.NotInDatabase(map.Table, $"it has no column {missing} to read back");
            }

            foreach (var column in map.Key)
            {
                CheckKey(map, map.Mapped[map.PlaceOf(column)], table.Columns[column]);
            }
        }

        foreach (var followed in catalog.Follows.SelectMany(table => table))
        {
            if (catalog.Tables.TryGetValue(followed.Table, out var table) && !table.Columns.ContainsKey(followed.Column))
            {
                throw BulkWriteException.NotInDatabase(followed.Table, $"it has no column {followed.Column} for a counter to follow");
            }
        }

        return catalog;
    }

    /// <summary>Each table has one key, whichever map speaks of it: rows that are locked by two keys are locked in two orders.</summary>
    public static void Keys(ImmutableArray<TableMap> maps)
    {
        foreach (var table in maps.GroupBy(map => map.Table))
        {
            if (table.Any(map => !map.Key.SequenceEqual(table.First().Key)))
            {
                throw BulkWriteException.BadDeclaration(table.Key, "its maps have different keys, so its rows would be locked in two orders");
            }

            if (table.Any(map => map.Parts.KeyGates != table.First().Parts.KeyGates))
            {
                throw BulkWriteException.BadDeclaration(table.Key, "some of its maps take key gates and some do not");
            }
        }
    }

    private static void CheckColumn(TableName name, MappedColumn column, TableFacts table)
    {
        if (!table.Columns.TryGetValue(column.Target, out var facts))
        {
            throw BulkWriteException.NotInDatabase(name, $"it has no column {column.Target}");
        }

        if (facts.Generated && !column.IsCompared)
        {
            throw BulkWriteException.NotInDatabase(name, $"{column.Name} is a generated column and cannot be written");
        }

        if (column.IsDrawn && facts.Sequence is null)
        {
            throw BulkWriteException.NotInDatabase(name, $"{column.Name} has no sequence of its own to draw from");
        }
    }

    private static void CheckKey(TableMap map, MappedColumn column, ColumnFacts facts)
    {
        if (facts.Kind is not { } kind || !column.Fits(kind))
        {
            throw BulkWriteException.NoOrder(map.Table, column.Name, facts.SqlType, column.Type);
        }
    }
}
