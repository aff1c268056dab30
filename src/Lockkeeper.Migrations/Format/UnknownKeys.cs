using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>The keys of a mapping that nobody asked for, and for each the known key that was probably meant.</summary>
internal sealed class UnknownKeys
{
    private readonly ImmutableArray<string> _known;
    private readonly ImmutableArray<(MappingEntry Entry, string? Meant)> _all;

    public UnknownKeys(MappingNode fields, IReadOnlyCollection<string> known)
    {
        _known = [.. known.Distinct(StringComparer.Ordinal)];
        var free = _known.Where(key => fields.Find(key) is null).ToImmutableArray();
        _all =
        [
            .. fields.Entries
                .Where(entry => !_known.Contains(entry.Key))
                .Select(entry => (entry, NearestName.Of(entry.Key, free))),
        ];
    }

    public IEnumerable<string> Suggested => _all.Select(u => u.Meant).OfType<string>();

    public void Report(string owner, FormatProblems problems)
    {
        foreach (var (entry, meant) in _all)
        {
            problems.Add(
                FormatCodes.UnknownKey, entry.KeyAt,
                $"{(owner.Length == 0 ? "A migration" : owner)} has no key {Shown.Quoted(entry.Key)}.",
                Remedy(entry.Key, meant));
        }
    }

    private string Remedy(string key, string? meant)
    {
        if (meant is null)
        {
            return _known.IsEmpty ? "Remove it." : $"Remove it; the keys are: {Shown.Names(_known)}.";
        }

        return string.Equals(key, meant, StringComparison.OrdinalIgnoreCase)
            ? $"Write \"{meant}\": capital and small letters differ."
            : $"Did you mean \"{meant}\"?";
    }
}
