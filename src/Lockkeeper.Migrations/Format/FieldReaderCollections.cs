using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads what holds other values: objects, lists, and SQL by column.</summary>
internal static class FieldReaderCollections
{
    /// <summary>An object under a key; the read function runs over it as over a mapping of its own.</summary>
    public static T RequiredObject<T>(this FieldReader reader, string key, Func<FieldReader, T> read) =>
        ObjectOf(reader, reader.Require(key, FieldShape.Mapping(read)), reader.KeyPositionOf(key), reader.Named(key), read);

    public static T? OptionalObject<T>(this FieldReader reader, string key, Func<FieldReader, T> read)
        where T : class =>
        reader.Take(key, FieldShape.Mapping(read)) is { } node
            ? ObjectOf(reader, node, reader.KeyPositionOf(key), reader.Named(key), read)
            : null;

    /// <summary>A list of objects. It may be empty; where that makes no sense, the read function says so.</summary>
    public static ImmutableArray<T> RequiredList<T>(this FieldReader reader, string key, Func<FieldReader, T> read) =>
        ObjectsOf(reader, reader.Require(key, FieldShape.Mappings(read)), key, read);

    /// <summary>A list of objects; empty when absent.</summary>
    public static ImmutableArray<T> OptionalList<T>(this FieldReader reader, string key, Func<FieldReader, T> read) =>
        ObjectsOf(reader, reader.Take(key, FieldShape.Mappings(read)), key, read);

    public static ImmutableArray<string> RequiredTexts(this FieldReader reader, string key) =>
        Items(reader, reader.Require(key, FieldShape.Texts), key, (item, what) => item.AsText(what, reader.Problems) ?? "");

    /// <summary>A list of texts; empty when absent.</summary>
    public static ImmutableArray<string> OptionalTexts(this FieldReader reader, string key) =>
        Items(reader, reader.Take(key, FieldShape.Texts), key, (item, what) => item.AsText(what, reader.Problems) ?? "");

    public static ImmutableArray<Identifier> RequiredNames(this FieldReader reader, string key) =>
        NamesOf(reader, reader.Require(key, FieldShape.Names), key);

    /// <summary>A list of names; empty when absent.</summary>
    public static ImmutableArray<Identifier> OptionalNames(this FieldReader reader, string key) =>
        NamesOf(reader, reader.Take(key, FieldShape.Names), key);

    /// <summary>SQL by the value of a column's name.</summary>
    public static ImmutableSortedDictionary<string, string> RequiredSqlByColumn(this FieldReader reader, string key) =>
        SqlByColumnOf(reader, reader.Require(key, FieldShape.SqlByColumn), key);

    /// <summary>SQL by the value of a column's name; empty when absent.</summary>
    public static ImmutableSortedDictionary<string, string> OptionalSqlByColumn(this FieldReader reader, string key) =>
        SqlByColumnOf(reader, reader.Take(key, FieldShape.SqlByColumn), key);

    private static T ObjectOf<T>(
        FieldReader reader, Node? node, SourcePosition at, string what, Func<FieldReader, T> read)
    {
        if (node is MappingNode fields)
        {
            return FieldReader.Read(fields, at, what, reader.Problems, read);
        }

        if (node is not null)
        {
            ScalarFields.WrongType(node, what, "a mapping of keys", reader.Problems, "Write its fields below it.");
        }

        // What is wrong is reported already; the stand-in is made of nothing, and its own complaints are dropped.
        return FieldReader.Read(new MappingNode(at, []), at, what, new FormatProblems(), read);
    }

    private static ImmutableArray<T> ObjectsOf<T>(
        FieldReader reader, Node? node, string key, Func<FieldReader, T> read) =>
        Items(reader, node, key, (item, what) => ObjectOf(reader, item, item.At, what, read));

    private static ImmutableArray<Identifier> NamesOf(FieldReader reader, Node? node, string key) => Items(
        reader, node, key, (item, what) => item.AsName(what, reader.Problems) ?? FieldReader.StandInName);

    private static ImmutableArray<T> Items<T>(FieldReader reader, Node? node, string key, Func<Node, string, T> convert)
    {
        switch (node)
        {
            case SequenceNode list:
                return [.. list.Items.Select((item, i) => convert(item, $"{reader.Named(key)}[{i}]"))];
            case not null:
                ScalarFields.WrongType(
                    node, reader.Named(key), "a list", reader.Problems,
                    "In YAML put a dash before each item; in JSON use square brackets.");
                return [];
            default:
                return [];
        }
    }

    private static ImmutableSortedDictionary<string, string> SqlByColumnOf(FieldReader reader, Node? node, string key)
    {
        var sql = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (node is MappingNode columns)
        {
            foreach (var (column, keyAt, value) in columns.Entries)
            {
                var what = $"{reader.Named(key)}.{Shown.Short(column)}";
                ScalarFields.IdentifierOf(column, keyAt, what, reader.Problems);
                sql[column] = value.AsText(what, reader.Problems) ?? "";
            }
        }
        else if (node is not null)
        {
            ScalarFields.WrongType(
                node, reader.Named(key), "a mapping from column to SQL", reader.Problems,
                "Write one line \"column: SQL\" per column.");
        }

        return sql.ToImmutable();
    }
}
