using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>Puts the keys of a migration into the order in which people write them; what is not known stays behind, as it was.</summary>
internal static class KeyOrder
{
    public static Node Usual(Node root) => Ordered(root, Envelope.Fields);

    private static Node Ordered(Node node, ImmutableArray<FieldFormat> fields) => node is not MappingNode mapping
        ? node
        : mapping with
        {
            Entries =
            [
                .. mapping.Entries
                    .Select(entry => (Entry: entry, At: IndexOf(fields, entry.Key)))
                    .OrderBy(entry => entry.At < 0 ? int.MaxValue : entry.At)
                    .Select(entry => entry.At < 0 ? entry.Entry : entry.Entry with { Value = Ordered(entry.Entry.Value, fields[entry.At]) }),
            ],
        };

    private static Node Ordered(Node node, FieldFormat field) => (field.Kind, node) switch
    {
        (FieldKind.Mapping, _) => Ordered(node, field.Fields),
        (FieldKind.Mappings, SequenceNode list) => list with { Items = [.. list.Items.Select(item => Ordered(item, field.Fields))] },
        (FieldKind.Operations, SequenceNode list) => list with { Items = [.. list.Items.Select(OfOperation)] },
        _ => node,
    };

    private static Node OfOperation(Node node) => node is not MappingNode mapping
        ? node
        : mapping with
        {
            Entries = [.. mapping.Entries.Select(entry => entry with { Value = Ordered(entry.Value, FieldsOf(entry.Key)) })],
        };

    private static ImmutableArray<FieldFormat> FieldsOf(string operation) =>
        MigrationFormat.Operations.FirstOrDefault(format => format.Name == operation)?.Fields ?? [];

    private static int IndexOf(ImmutableArray<FieldFormat> fields, string key)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }
}
