using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>The entries of a mapping being read. Keeps the first of equal keys and reports the others.</summary>
internal sealed class EntryList(FormatProblems problems)
{
    private readonly List<MappingEntry> _entries = [];
    private readonly Dictionary<string, SourcePosition> _keys = new(StringComparer.Ordinal);

    public void Add(string key, SourcePosition keyAt, Node value)
    {
        if (_keys.TryAdd(key, keyAt))
        {
            _entries.Add(new MappingEntry(key, keyAt, value));
            return;
        }

        problems.Add(
            FormatCodes.DuplicateKey, keyAt, $"The key {Shown.Quoted(key)} is already given at {_keys[key]}.",
            "Keep one of the two.");
    }

    public ImmutableArray<MappingEntry> ToImmutable() => [.. _entries];
}
