using System.Collections.Immutable;
using System.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads one YAML document, with aliases, without tags and merge keys.</summary>
internal sealed class YamlText(SourceText source, FormatProblems problems)
{
    private readonly YamlEvents _events = new(source, problems);
    private readonly TreeLimits _limits = new(problems);
    private readonly YamlAnchors _anchors = new(problems);

    public Node Parse()
    {
        _events.Next();
        if (_events.Current is StreamEnd)
        {
            problems.Stop(
                FormatCodes.Empty, source.At(0), "The file is empty.", "Write an \"operations\" list, or delete it.");
        }

        _events.Next();
        var root = ReadNode();
        if (_events.Next() is not DocumentEnd || _events.Current is not StreamEnd)
        {
            problems.Stop(
                FormatCodes.UnsupportedYaml, _events.PositionOf(_events.Current), "A second YAML document begins here.",
                "Write one migration per file.");
        }

        return root;
    }

    private Node ReadNode()
    {
        var part = _events.Next();
        var at = _events.PositionOf(part);
        if (part is AnchorAlias alias)
        {
            return _anchors.Find(alias.Value.Value, at, _limits);
        }

        if (part is not NodeEvent node)
        {
            // YamlDotNet 16.3 ends the mapping of "a:\n- b\n:" after its second, empty key.
            problems.Stop(
                FormatCodes.Syntax, at, "This is not YAML: a value is missing here.",
                "Look at the indentation and the brackets.");
            throw new UnreachableException("The line above throws.");
        }

        _limits.Count(at);
        var anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
        _anchors.Open(anchor);
        var value = ReadValue(node, at);
        _anchors.Close(anchor, value);
        return value;
    }

    private Node ReadValue(NodeEvent node, SourcePosition at)
    {
        RefuseTag(node, at);
        return node switch
        {
            Scalar scalar => ReadScalar(scalar, at),
            SequenceStart => ReadSequence(at),
            MappingStart => ReadMapping(at),
            _ => throw new UnreachableException($"A YAML value cannot begin with {node.GetType().Name}."),
        };
    }

    private SequenceNode ReadSequence(SourcePosition at)
    {
        _limits.Enter(at);
        var items = ImmutableArray.CreateBuilder<Node>();
        while (_events.Current is not SequenceEnd)
        {
            items.Add(ReadNode());
        }

        _events.Next();
        _limits.Leave();
        return new SequenceNode(at, items.ToImmutable());
    }

    private MappingNode ReadMapping(SourcePosition at)
    {
        _limits.Enter(at);
        var entries = new EntryList(problems);
        while (_events.Current is not MappingEnd)
        {
            var key = ReadNode();
            var value = ReadNode();
            if (KeyText(key) is { } text)
            {
                entries.Add(text, key.At, value);
            }
        }

        _events.Next();
        _limits.Leave();
        return new MappingNode(at, entries.ToImmutable());
    }

    private string? KeyText(Node key)
    {
        if (key is ScalarNode { Kind: ScalarKind.Text } text)
        {
            return text.Text;
        }

        problems.Add(
            FormatCodes.WrongType, key.At, $"A key must be text, but {key.Described}.",
            key is ScalarNode scalar
                ? $"Put it in quotes: {Shown.Quoted(scalar.Text)}."
                : "Write a plain name before the colon.");
        return null;
    }

    private ScalarNode ReadScalar(Scalar scalar, SourcePosition at)
    {
        var text = ScalarCheck.Storable(scalar.Value, at, problems);
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty)
        {
            return new ScalarNode(at, text, ScalarKind.Text);
        }

        if (text == "<<" && scalar.IsKey)
        {
            problems.Add(
                FormatCodes.UnsupportedYaml, at, "Merge keys (<<) are not supported.",
                "Write out the keys it would add; an alias may stand for a whole value.");
        }

        var kind = YamlScalar.KindOf(text);
        if (kind != ScalarKind.Number || YamlScalar.IsJsonNumber(text))
        {
            return new ScalarNode(at, text, kind);
        }

        problems.Add(
            FormatCodes.WrongType, at, $"YAML reads {Shown.Short(text)} as a number.",
            $"Put it in quotes if text is meant: {Shown.Quoted(text)}; write a number as JSON does, such as 12 or 0.5.");
        return new ScalarNode(at, text, ScalarKind.Text);
    }

    private void RefuseTag(NodeEvent node, SourcePosition at)
    {
        if (!node.Tag.IsEmpty && !(node is Scalar && node.Tag.Value == "tag:yaml.org,2002:str"))
        {
            problems.Add(
                FormatCodes.UnsupportedYaml, at, $"The tag {Shown.Quoted(node.Tag.Value)} is not supported.",
                "Remove it; to make a value text, put it in quotes.");
        }
    }
}
