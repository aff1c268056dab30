using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>A list.</summary>
internal sealed record SequenceNode(SourcePosition At, ImmutableArray<Node> Items) : Node(At)
{
    public override string Described => "it is a list";

    public bool Equals(SequenceNode? other) => other is not null && At == other.At && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => HashCode.Combine(At, Items.Length);
}
