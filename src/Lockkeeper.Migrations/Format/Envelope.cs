using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads the top of a file: <c>version_schema</c>, <c>baseline</c> and the list of operations.</summary>
internal sealed class Envelope(IReadOnlyCollection<string> operationNames, FormatProblems problems)
{
    private const string OperationsKey = "operations";

    /// <summary>The keys of a whole file.</summary>
    public static ImmutableArray<FieldFormat> Fields =>
        FieldReader.Describe(reader => new Envelope([], new FormatProblems()).ReadFields(reader, "", "", Nothing));

    private static SequenceNode Nothing => new(SourcePosition.Whole("(format)"), []);

    public MigrationDraft Read(string name, string fileName, Node root)
    {
        if (root is MappingNode fields)
        {
            return FieldReader.Read(
                WithoutName(fields), root.At, "", problems, reader => ReadFields(reader, name, fileName, root));
        }

        ScalarFields.WrongType(
            root, "A migration", $"a mapping with the key \"{OperationsKey}\"", problems,
            root is SequenceNode
                ? $"Write \"{OperationsKey}:\" above the list."
                : $"Write \"{OperationsKey}\" and its list.");
        return new MigrationDraft(name, fileName, null, [], root);
    }

    // Files of pgroll before 0.13 have it, so it deserves more than "unknown key".
    private MappingNode WithoutName(MappingNode fields)
    {
        if (fields.Find("name") is not { } entry)
        {
            return fields;
        }

        problems.Add(
            FormatCodes.NameInFile, entry.KeyAt, "A migration's name is the name of its file, not a key in it.",
            "Remove \"name\"; rename the file if it should have that name.");
        return fields with { Entries = fields.Entries.Remove(entry) };
    }

    private MigrationDraft ReadFields(FieldReader reader, string name, string fileName, Node root)
    {
        var version = reader.OptionalText("version_schema");
        var isBaseline = reader.Flag("baseline", false);
        var operations = reader.Require(OperationsKey, FieldShape.Operations) is { } node ? ReadOperations(node) : [];
        return new MigrationDraft(name, fileName, version is "" ? null : version, operations, root) { IsBaseline = isBaseline };
    }

    private ImmutableArray<OperationNode> ReadOperations(Node node)
    {
        if (node is not SequenceNode list)
        {
            // pgroll takes this for no operation at all and reports success (its issue 1030).
            problems.Add(
                FormatCodes.OperationsNotAList, node.At, $"\"{OperationsKey}\" must be a list, but {node.Described}.",
                "In YAML put a dash before each operation; in JSON use square brackets.");
            return [];
        }

        if (list.Items.IsEmpty)
        {
            problems.Add(
                FormatCodes.Empty, list.At, "The list of operations is empty: there is nothing to do.",
                "Add an operation, or delete the file.");
        }

        return
        [
            .. list.Items.Select((item, i) => ReadOperation(item, $"{OperationsKey}[{i}]")).OfType<OperationNode>(),
        ];
    }

    private OperationNode? ReadOperation(Node item, string what)
    {
        if (item is not MappingNode { Entries: var entries })
        {
            problems.Add(
                FormatCodes.NotOneOperation, item.At,
                $"{what} must be a mapping from an operation's name to its fields, but {item.Described}.",
                "Write the operation's name, a colon, and its fields.");
            return null;
        }

        if (entries is not [var entry])
        {
            RefuseCount(item.At, entries, what);
            return null;
        }

        return ReadNamed(entry);
    }

    private void RefuseCount(SourcePosition at, ImmutableArray<MappingEntry> entries, string what)
    {
        if (entries.IsEmpty)
        {
            problems.Add(
                FormatCodes.NotOneOperation, at, $"{what} names no operation.",
                "Write one, or remove the entry.");
            return;
        }

        var known = entries.Where(e => operationNames.Contains(e.Key, StringComparer.Ordinal)).ToImmutableArray();
        var keys = Shown.Names(entries.Select(e => Shown.Short(e.Key)));
        problems.Add(
            FormatCodes.NotOneOperation, entries[1].KeyAt,
            $"{what} has {entries.Length} keys ({keys}) where one operation belongs.",
            known is [{ Value: ScalarNode } only]
                ? $"Indent the fields of {only.Key} further than its name."
                : "Make each operation an entry of its own.");
    }

    private OperationNode? ReadNamed(MappingEntry entry)
    {
        if (!operationNames.Contains(entry.Key, StringComparer.Ordinal))
        {
            var meant = NearestName.Of(entry.Key, operationNames);
            problems.Add(
                FormatCodes.UnknownOperation, entry.KeyAt, $"There is no operation {Shown.Quoted(entry.Key)}.",
                meant is null
                    ? $"The operations are: {Shown.Names(operationNames.Order(StringComparer.Ordinal))}."
                    : $"Did you mean \"{meant}\"?");
            return null;
        }

        if (entry.Value is MappingNode body)
        {
            return new OperationNode(entry.Key, entry.KeyAt, body);
        }

        ScalarFields.WrongType(
            entry.Value, entry.Key, "a mapping of its fields", problems, "Write its fields below it.");
        return null;
    }
}
