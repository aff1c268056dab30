using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

/// <summary>Random trees, each written once as JSON and once as YAML in a style drawn at random.</summary>
internal static class RandomTree
{
    private static readonly string[] Words =
        ["", "a", "yes", "no", "null", "~", "1", "0x1", "it's", "a: b", "# x", "- x", "é", "😀", "x\ny", " x ", "\t", "\"", "\\", "\u0085", "\u2028", "{", "<<", "*a", "%", "\uFEFF"];

    private static readonly Gen<string> Text =
        Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(Gen.Elements(Words), n)).Select(string.Concat);

    public static Gen<(string Json, string Yaml)> Pairs { get; } =
        from tree in Mapping(4)
        from style in Gen.Choose(0, int.MaxValue - 1)
        select (CanonicalJson.Of(tree), Yaml(tree, 0, new Random(style)));

    private static Gen<Node> Tree(int levels) => levels == 0
        ? Scalar()
        : Gen.Frequency((2, Scalar()), (3, Mapping(levels)), (2, Sequence(levels)));

    private static Gen<Node> Scalar() => Gen.OneOf(
        Text.Select(t => (Node)new ScalarNode(default, t, ScalarKind.Text)),
        Gen.Elements("0", "-1", "1.50", "2e3").Select(t => (Node)new ScalarNode(default, t, ScalarKind.Number)),
        Gen.Elements("true", "false").Select(t => (Node)new ScalarNode(default, t, ScalarKind.Boolean)),
        Gen.Constant((Node)new ScalarNode(default, "null", ScalarKind.Null)));

    private static Gen<Node> Sequence(int levels) =>
        from n in Gen.Choose(0, 3)
        from items in Gen.ArrayOf(Tree(levels - 1), n)
        select (Node)new SequenceNode(default, [.. items]);

    private static Gen<Node> Mapping(int levels) =>
        from n in Gen.Choose(0, 3)
        from keys in Gen.ArrayOf(Text, n)
        from values in Gen.ArrayOf(Tree(levels - 1), n)
        select (Node)new MappingNode(default, [.. keys.Zip(values).DistinctBy(e => e.First).Select(e => new MappingEntry(e.First, default, e.Second))]);

    private static string Yaml(Node node, int indent, Random style) => node switch
    {
        MappingNode { Entries.IsEmpty: true } => "{}\n",
        SequenceNode { Items.IsEmpty: true } => "[]\n",
        MappingNode mapping => Lines(mapping.Entries.Select(e => (Quoted(e.Key, style) + ":", e.Value)), indent, style),
        SequenceNode sequence => Lines(sequence.Items.Select(item => ("-", item)), indent, style),
        ScalarNode { Kind: ScalarKind.Text } text => Quoted(text.Text, style) + "\n",
        ScalarNode scalar => Word(scalar, style) + "\n",
        _ => throw new InvalidOperationException("There are three kinds of node."),
    };

    // A value begins on a line of its own when it holds others, with comments and empty lines strewn in.
    private static string Lines(IEnumerable<(string Lead, Node Value)> lines, int indent, Random style)
    {
        var yaml = new StringBuilder("\n");
        foreach (var (lead, value) in lines)
        {
            var noise = style.Next(6) switch { 0 => "# a comment: [\n", 1 => "\n", _ => "" };
            yaml.Append(noise).Append(' ', indent).Append(lead).Append(' ').Append(Yaml(value, indent + 2, style));
        }

        return yaml.ToString();
    }

    private static string Word(ScalarNode scalar, Random style) => scalar.Kind switch
    {
        ScalarKind.Boolean => style.Next(3) switch { 0 => scalar.Text, 1 => scalar.IsTrue ? "yes" : "NO", _ => scalar.IsTrue ? "On" : "off" },
        ScalarKind.Null => style.Next(3) switch { 0 => "null", 1 => "~", _ => "" },
        _ => scalar.Text,
    };

    private static string Quoted(string text, Random style)
    {
        var simple = text.All(c => char.IsAsciiLetter(c) || c is '\'' or '"' or '\\' or '#' or ':' or ' ');
        if (simple && style.Next(2) == 0)
        {
            return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        }

        return $"\"{string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c == ' ' ? c.ToString() : Escape(c, text)))}\"";
    }

    private static string Escape(char c, string text) => char.IsSurrogate(c) || (c == 'é' && text.Length % 2 == 0)
        ? c.ToString()
        : $"\\u{(int)c:x4}";
}
