using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>Finds in a file what older versions of the format had, and writes it as it is written now.</summary>
internal sealed class FileUpdate
{
    private readonly Func<string, ImmutableArray<string>, ImmutableArray<string>> _orderOf;
    private readonly ImmutableArray<string>.Builder _changes = ImmutableArray.CreateBuilder<string>();

    private FileUpdate(Func<string, ImmutableArray<string>, ImmutableArray<string>> orderOf) => _orderOf = orderOf;

    /// <param name="text">The content.</param>
    /// <param name="fileName">The file: its extension tells the syntax.</param>
    /// <param name="orderOf">Puts the columns of an index into their order, where the text may have lost it.</param>
    public static UpdatedFile? Of(
        string text, string fileName, Func<string, ImmutableArray<string>, ImmutableArray<string>>? orderOf = null)
    {
        var syntax = MigrationFileName.SyntaxOf(fileName);
        var problems = new FormatProblems();
        var root = MigrationText.Parse(text, fileName, syntax, problems);
        problems.ThrowIfAny();
        var update = new FileUpdate(orderOf ?? ((_, columns) => columns));
        var updated = update.WithoutName(root, MigrationFileName.NameOf(fileName));
        updated = update.WithColumnsAsList(updated);
        return update._changes.Count == 0 ? null : new UpdatedFile(NodeWriter.Write(updated, syntax), update._changes.ToImmutable())
        {
            Problems = MigrationReader.ProblemsOf(updated, fileName, Migration.Kinds),
        };
    }

    // pgroll took the key until 0.13.
    private Node WithoutName(Node root, string fileName)
    {
        if ((root as MappingNode)?.Find("name") is not { } entry)
        {
            return root;
        }

        _changes.Add(entry.Value is ScalarNode { Text: var name } && name != fileName
            ? $"The key \"name\" is gone; it said {Shown.Quoted(name)}, but a migration is called by its file: {fileName}."
            : "The key \"name\" is gone: a migration is called by its file.");
        return (MappingNode)root with { Entries = ((MappingNode)root).Entries.Remove(entry) };
    }

    private Node WithColumnsAsList(Node root)
    {
        if (root is not MappingNode fields || fields.Find("operations") is not { Value: SequenceNode operations } entry)
        {
            return root;
        }

        var updated = operations with { Items = [.. operations.Items.Select(OfOperation)] };
        return fields with { Entries = fields.Entries.Replace(entry, entry with { Value = updated }) };
    }

    private Node OfOperation(Node node)
    {
        if (node is not MappingNode { Entries: [{ Key: "create_index", Value: MappingNode index } operation] } owner
            || index.Find("columns") is not { } columns || OfColumns(columns.Value, NameOf(index)) is not { } list)
        {
            return node;
        }

        _changes.Add($"\"columns\" of create_index at line {columns.KeyAt.Line} is a list of columns now.");
        var updated = index with { Entries = index.Entries.Replace(columns, columns with { Value = list }) };
        return owner with { Entries = [operation with { Value = updated }] };
    }

    // A list of names until pgroll 0.9, a mapping from name to options from 0.10 to 0.15.
    private SequenceNode? OfColumns(Node columns, string index) => columns switch
    {
        SequenceNode { Items: var items } list when items.Any(item => item is ScalarNode) =>
            list with { Items = [.. items.Select(item => item is ScalarNode ? Column(item.At, item, []) : item)] },
        MappingNode mapping => new SequenceNode(
            mapping.At,
            [.. InOrder(mapping, index).Select(entry => Column(
                entry.KeyAt, new ScalarNode(entry.KeyAt, entry.Key, ScalarKind.Text), (entry.Value as MappingNode)?.Entries ?? []))]),
        _ => null,
    };

    private IEnumerable<MappingEntry> InOrder(MappingNode columns, string index)
    {
        var order = _orderOf(index, [.. columns.Entries.Select(entry => entry.Key)]);
        return columns.Entries.OrderBy(entry => order.IndexOf(entry.Key));
    }

    private static string NameOf(MappingNode index) => index.Find("name") is { Value: ScalarNode name } ? name.Text : "";

    private static MappingNode Column(SourcePosition at, Node name, ImmutableArray<MappingEntry> options) =>
        new(at, [new MappingEntry("column", at, name), .. options]);
}
