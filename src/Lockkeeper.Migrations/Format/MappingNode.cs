using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>Keys and values in the order of the file. No key occurs twice: the parsers report the second.</summary>
internal sealed record MappingNode(SourcePosition At, ImmutableArray<MappingEntry> Entries) : Node(At)
{
    public override string Described => "it is a mapping of keys";

    public MappingEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    public bool Equals(MappingNode? other) =>
        other is not null && At == other.At && Entries.SequenceEqual(other.Entries);

    public override int GetHashCode() => HashCode.Combine(At, Entries.Length);
}
