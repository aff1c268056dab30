using System.Collections.Immutable;
using System.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads one YAML document, with aliases, without tags and merge keys.</summary>
internal sealed class YamlText(SourceText source, FormatProblems problems)
{
    private readonly Parser _parser = new(new StringReader(source.Text));
    private readonly TreeLimits _limits = new(problems);
    private readonly YamlAnchors _anchors = new(problems);

    public Node Parse()
    {
        try
        {
            return ReadDocument();
        }
        catch (YamlException exception)
        {
            StopAtSyntaxError((int)exception.Start.Index, exception.Message);
            throw new UnreachableException("The line above throws.", exception);
        }
    }

    private Node ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            problems.Stop(
                FormatCodes.Empty, source.At(0), "The file is empty.", "Write an \"operations\" list, or delete it.");
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode();
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
        {
            problems.Stop(
                FormatCodes.UnsupportedYaml, PositionOf(_parser.Current!), "A second YAML document begins here.",
                "Write one migration per file.");
        }

        return root;
    }

    private Node ReadNode()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.Find(alias.Value.Value, PositionOf(alias), _limits);
        }

        var node = _parser.Consume<NodeEvent>();
        var at = PositionOf(node);
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
        switch (node)
        {
            case Scalar scalar:
                return ReadScalar(scalar, at);
            case SequenceStart:
                return ReadSequence(at);
            case MappingStart:
                return ReadMapping(at);
            default:
                throw new UnreachableException($"A YAML value cannot begin with {node.GetType().Name}.");
        }
    }

    private SequenceNode ReadSequence(SourcePosition at)
    {
        _limits.Enter(at);
        var items = ImmutableArray.CreateBuilder<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode());
        }

        _limits.Leave();
        return new SequenceNode(at, items.ToImmutable());
    }

    private MappingNode ReadMapping(SourcePosition at)
    {
        _limits.Enter(at);
        var entries = new EntryList(problems);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode();
            var value = ReadNode();
            if (KeyText(key) is { } text)
            {
                entries.Add(text, key.At, value);
            }
        }

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
            key is ScalarNode scalar ? $"Put it in quotes: \"{scalar.Text}\"." : "Write a plain name before the colon.");
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
            FormatCodes.WrongType, at, $"YAML reads {text} as a number.",
            $"Put it in quotes if text is meant: \"{text}\"; a number is written as in JSON, such as 12 or 0.5.");
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

    private void StopAtSyntaxError(int index, string scannerSays)
    {
        var indent = source.LineAt(index).TakeWhile(char.IsWhiteSpace);
        var remedy = indent.Contains('\t')
            ? "This line is indented with a tab; YAML wants spaces."
            : "Look at the indentation, and put text that holds a colon, a hash or a bracket in quotes.";
        problems.Stop(
            FormatCodes.Syntax, source.At(index), $"This is not YAML: {Shown.Short(scannerSays).TrimEnd('.')}.", remedy);
    }

    private SourcePosition PositionOf(ParsingEvent part) => source.At((int)part.Start.Index);
}
