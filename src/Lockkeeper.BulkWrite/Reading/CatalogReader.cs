using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>Reads what planning needs, once. Takes no lock beyond the catalog's own.</summary>
internal static class CatalogReader
{
    // Every table has it; it can be compared and read back, and nobody writes it.
    private static readonly ColumnFacts RowVersion = new(new Identifier("xmin"), "xid", "xid") { Generated = true };

    /// <exception cref="BulkWriteException">A declared table or column is not there, or its key cannot be put in order.</exception>
    public static async Task<Catalog> ReadAsync(
        NpgsqlConnection connection, ImmutableArray<TableMap> maps, ImmutableArray<Counter> counters, CancellationToken cancellationToken)
    {
        var references = await connection.QueryAsync(CatalogQueries.References, [], ReferenceOf, cancellationToken).ConfigureAwait(false);
        var names = Closure([.. maps.Select(map => map.Table)], references);
        var columns = await ReadAsync(connection, CatalogQueries.TableColumns, names, ColumnOf, cancellationToken).ConfigureAwait(false);
        var partitioned = await ReadAsync(connection, CatalogQueries.Partitioned, names, _ => true, cancellationToken).ConfigureAwait(false);
        var keys = await ReadAsync(connection, CatalogQueries.UniqueKeys, names, KeyOf, cancellationToken).ConfigureAwait(false);
        var triggers = await ReadAsync(
            connection, CatalogQueries.Triggers, names, row => $"{row.GetString(2)} ({row.GetString(3)})", cancellationToken).ConfigureAwait(false);
        var tables = names.Where(columns.Contains).ToImmutableDictionary(name => name, name => new TableFacts
        {
            Name = name,
            Columns = columns[name].Append(RowVersion).ToImmutableDictionary(column => column.Name),
            IsPartitioned = partitioned.Contains(name),
            UniqueKeys = [.. keys[name]],
            Triggers = [.. triggers[name]],
            OrderKey = maps.FirstOrDefault(map => map.Table == name)?.Key
                ?? keys[name].FirstOrDefault(key => key.IsPlain)?.Columns ?? [],
        });
        var catalog = DeclarationCheck.Checked(maps, new Catalog
        {
            Tables = tables,
            Follows = counters.SelectMany(counter => counter.Follows.Select(truth => new Followed(counter, truth))).ToLookup(followed => followed.Table),
            ByChild = references.ToLookup(reference => reference.Child),
            ByParent = references.ToLookup(reference => reference.Parent),
            Order = new LockOrder(
                references.Select(reference => (reference.Child, reference.Parent)),
                maps.Select(map => map.Table).Distinct().Where(tables.ContainsKey).ToImmutableDictionary(
                    table => table, table => KeyText(tables[table], maps))),
        });
        await DriverCheck.RunAsync(connection, maps, catalog, cancellationToken).ConfigureAwait(false);
        await DriverCheck.ReadBacksAsync(connection, maps, catalog, cancellationToken).ConfigureAwait(false);
        return catalog;
    }

    private static string KeyText(TableFacts table, ImmutableArray<TableMap> maps) => string.Concat(
        string.Join(", ", table.OrderKey),
        maps.Any(map => map.Table == table.Name && map.Parts.KeyGates) ? ", gated" : "");

    /// <summary>The declared tables, those that they reference, and those that lose rows when rows of them are deleted.</summary>
    private static HashSet<TableName> Closure(HashSet<TableName> declared, IReadOnlyList<Reference> references)
    {
        var closure = new HashSet<TableName>(declared);
        var deletedFrom = new Queue<TableName>(declared);
        while (deletedFrom.TryDequeue(out var parent))
        {
            foreach (var reference in references.Where(r => r.Parent == parent && closure.Add(r.Child) && r.OnDelete == 'c'))
            {
                deletedFrom.Enqueue(reference.Child);
            }
        }

        closure.UnionWith(references.Where(r => declared.Contains(r.Child)).Select(r => r.Parent));
        return closure;
    }

    private static async Task<ILookup<TableName, T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, HashSet<TableName> names, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            sql,
            [
                new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Schema.Value)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Name.Value)] },
            ],
            row => (Table: new TableName(new Identifier(row.GetString(0)), new Identifier(row.GetString(1))), Value: read(row)),
            cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Table, row => row.Value);
    }

    private static Reference ReferenceOf(NpgsqlDataReader row) => new()
    {
        Name = new Identifier(row.GetString(0)),
        Child = new TableName(new Identifier(row.GetString(1)), new Identifier(row.GetString(2))),
        Columns = Names(row, 3),
        Parent = new TableName(new Identifier(row.GetString(4)), new Identifier(row.GetString(5))),
        ParentColumns = Names(row, 6),
        OnDelete = row.GetString(7)[0],
    };

    private static ColumnFacts ColumnOf(NpgsqlDataReader row) =>
        new(new Identifier(row.GetString(2)), row.GetString(3), row.GetString(4))
        {
            Kind = row.GetBoolean(6) ? KindOf(row.GetString(4), row.GetString(5)) : null,
            NotNull = row.GetBoolean(7),
            MaxCharacters = row.IsDBNull(8) ? null : row.GetInt32(8),
            IdentityAlways = row.GetBoolean(9),
            Generated = row.GetBoolean(10),
            IsArray = row.GetBoolean(11),
            Sequence = row.IsDBNull(12) ? null : row.GetString(12),
            Precision = row.IsDBNull(13) ? null : row.GetInt32(13) >> 16,
            Scale = row.IsDBNull(13) ? null : ScaleOf(row.GetInt32(13)),
        };

    // Eleven bits with a sign: since PostgreSQL 15 a scale may be below zero (utils/adt/numeric.c, numeric_typmod_scale).
    private static int ScaleOf(int modifier) => ((modifier & 0x7FF) ^ 1024) - 1024;

    private static KeyKind? KindOf(string type, string kindOfType) => type switch
    {
        _ when kindOfType == "e" => KeyKind.Text,
        "int2" or "int4" or "int8" => KeyKind.Integer,
        "numeric" => KeyKind.Numeric,
        "text" or "varchar" => KeyKind.Text,
        "bpchar" => KeyKind.BlankPadded,
        "bytea" => KeyKind.Bytes,
        "uuid" => KeyKind.Uuid,
        "date" => KeyKind.Date,
        "timestamp" or "timestamptz" => KeyKind.Timestamp,
        "bool" => KeyKind.Boolean,
        _ => null,
    };

    private static UniqueKey KeyOf(NpgsqlDataReader row) => new()
    {
        Name = new Identifier(row.GetString(2)),
        Columns = Names(row, 3),
        IsPrimary = row.GetBoolean(4),
        IsPlain = row.GetBoolean(5) && !row.GetBoolean(7),
        IsImmediate = row.GetBoolean(6),
        IsExclusion = row.GetBoolean(7),
    };

    private static ImmutableArray<Identifier> Names(NpgsqlDataReader row, int ordinal) =>
        [.. row.GetFieldValue<string[]>(ordinal).Select(name => new Identifier(name))];
}
