namespace Lockkeeper.Migrations.Format;

/// <summary>Remembers what has an anchor, for the aliases that repeat it.</summary>
internal sealed class YamlAnchors(FormatProblems problems)
{
    private readonly Dictionary<string, Node> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<Node, (int Nodes, int Depth)> _sizes = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public void Open(string? anchor)
    {
        if (anchor is not null)
        {
            _open.Add(anchor);
            _known.Remove(anchor);
        }
    }

    public void Close(string? anchor, Node value)
    {
        if (anchor is not null)
        {
            _open.Remove(anchor);
            _known[anchor] = value;
        }
    }

    public Node Find(string alias, SourcePosition at, TreeLimits limits)
    {
        if (!_known.TryGetValue(alias, out var value))
        {
            problems.Stop(
                FormatCodes.UnsupportedYaml, at,
                _open.Contains(alias)
                    ? $"The alias *{alias} stands inside its own anchor."
                    : $"The alias *{alias} has no anchor &{alias} before it.",
                "Write the value out.");
        }

        var (nodes, depth) = SizeOf(value);
        limits.Count(at, nodes);
        limits.RequireRoomFor(depth, at);
        return value;
    }

    // Remembered by reference: a shared part is measured once, so that an alias bomb costs no time either.
    private (int Nodes, int Depth) SizeOf(Node node)
    {
        if (_sizes.TryGetValue(node, out var known))
        {
            return known;
        }

        var children = node switch
        {
            MappingNode mapping => mapping.Entries.Select(e => e.Value),
            SequenceNode sequence => sequence.Items,
            _ => [],
        };
        var (nodes, depth) = (1, 0);
        foreach (var (childNodes, childDepth) in children.Select(SizeOf))
        {
            nodes += childNodes;
            depth = Math.Max(depth, childDepth);
        }

        return _sizes[node] = (nodes, node is ScalarNode ? 0 : depth + 1);
    }
}
