using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.TableUpdates;

/// <summary>The fields of the file of a backfill of its own.</summary>
/// <param name="Table">The table.</param>
/// <param name="Set">The new values by column, as SQL over the row's columns.</param>
/// <param name="Where">Which rows need it; null for those of which a value would change.</param>
/// <param name="OrderBy">The columns in whose order rows are updated as far as possible; empty for the order in which they lie.</param>
/// <param name="Descending">Whether the greatest comes first.</param>
/// <param name="Source">Where the fields stand.</param>
internal sealed record TableUpdateFields(
    Identifier Table, ImmutableSortedDictionary<string, string> Set, string? Where, ImmutableArray<Identifier> OrderBy, bool Descending,
    SourceMap Source)
{
    public static TableUpdateFields Read(FieldReader reader)
    {
        var fields = new TableUpdateFields(
            reader.RequiredName("table"), reader.RequiredSqlByColumn("set"), reader.OptionalText("where"),
            reader.OptionalNames("order_by"), reader.Flag("descending", false), reader.Source);
        if (reader.Has("set") && fields.Set.IsEmpty)
        {
            reader.Refuse(reader.PositionOf("set"), "\"set\" names no column: there is nothing to do.", "Write a column, a colon, and its new value in SQL.");
        }

        if (string.IsNullOrWhiteSpace(fields.Where) && fields.Where is not null)
        {
            reader.Refuse(reader.PositionOf("where"), "\"where\" is empty.", "Write a condition, or leave the key out.");
        }

        if (fields is { Descending: true, OrderBy.IsEmpty: true })
        {
            reader.Refuse(reader.PositionOf("descending"), "\"descending\" has no meaning without \"order_by\".", "Add order_by, or leave the key out.");
        }

        return fields;
    }

    public static TableUpdateFields ReadRoot(Node root, FormatProblems problems)
    {
        if (root is MappingNode fields)
        {
            return FieldReader.Read(fields, root.At, "", problems, Read);
        }

        ScalarFields.WrongType(root, "A backfill", "a mapping with the keys \"table\" and \"set\"", problems, "Write \"table:\" and \"set:\".");
        return FieldReader.Read(new MappingNode(root.At, []), root.At, "", new FormatProblems(), Read);
    }

    public bool Equals(TableUpdateFields? other) => other is not null
        && Table == other.Table && Where == other.Where && Descending == other.Descending && OrderBy.SequenceEqual(other.OrderBy) && Set.SequenceEqual(other.Set);

    public override int GetHashCode() => HashCode.Combine(Table, Where, Set.Count);
}
