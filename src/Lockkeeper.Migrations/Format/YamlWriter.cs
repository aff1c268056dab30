using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lockkeeper.Migrations.Format;

/// <summary>Writes YAML: blocks, no folding, and quotes wherever a reader could take a text for something else.</summary>
internal sealed class YamlWriter
{
    private readonly Emitter _emitter;
    private readonly bool _plainly;

    private YamlWriter(Emitter emitter, bool plainly) => (_emitter, _plainly) = (emitter, plainly);

    public static string Write(Node root)
    {
        var text = Write(root, plainly: true);

        // An emitter has many rules of its own for what may stand without quotes; whether they hold is seen by reading.
        return ReadsBack(text, root) ? text : Write(root, plainly: false);
    }

    private static string Write(Node root, bool plainly)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var settings = new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, newLine: "\n");
        var writer = new YamlWriter(new Emitter(text, settings), plainly);
        writer._emitter.Emit(new StreamStart());
        writer._emitter.Emit(new DocumentStart());
        writer.Emit(root);
        writer._emitter.Emit(new DocumentEnd(isImplicit: true));
        writer._emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static bool ReadsBack(string text, Node root)
    {
        try
        {
            return CanonicalJson.Of(MigrationText.Parse(text, "(written).yaml")) == CanonicalJson.Of(root);
        }
        catch (MigrationFormatException)
        {
            return false;
        }
    }

    private void Emit(Node node)
    {
        switch (node)
        {
            case MappingNode mapping:
                _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
                foreach (var (key, _, value) in mapping.Entries)
                {
                    _emitter.Emit(Scalar(key, StyleOf(key, mayBeBlock: false)));
                    Emit(value);
                }

                _emitter.Emit(new MappingEnd());
                break;
            case SequenceNode list:
                _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list.Items)
                {
                    Emit(item);
                }

                _emitter.Emit(new SequenceEnd());
                break;
            case ScalarNode { Kind: ScalarKind.Text } text:
                _emitter.Emit(Scalar(text.Text, StyleOf(text.Text, mayBeBlock: true)));
                break;
            default:
                _emitter.Emit(Scalar(CanonicalJson.Of(node), ScalarStyle.Plain));
                break;
        }
    }

    private static Scalar Scalar(string text, ScalarStyle style) =>
        new(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);

    private ScalarStyle StyleOf(string text, bool mayBeBlock)
    {
        if (!_plainly)
        {
            return ScalarStyle.DoubleQuoted;
        }

        // A reader takes every line break of a block for one kind; where the other kind matters, it is escaped.
        if (text.Contains('\r', StringComparison.Ordinal))
        {
            return ScalarStyle.DoubleQuoted;
        }

        if (mayBeBlock && text.Contains('\n', StringComparison.Ordinal))
        {
            return ScalarStyle.Literal;
        }

        // Other readers take single letters for booleans (YAML 1.1, section 10.3), and pgroll's is one of them.
        return YamlScalar.KindOf(text) != ScalarKind.Text || text is "y" or "Y" or "n" or "N" ? ScalarStyle.DoubleQuoted : ScalarStyle.Any;
    }
}
