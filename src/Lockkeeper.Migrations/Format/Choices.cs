using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>The words that a field may have, and what each means.</summary>
internal sealed class Choices<T>
{
    private readonly StringComparison _comparison;
    private readonly ImmutableArray<(string Word, T Value)> _all;

    private Choices(StringComparison comparison, ReadOnlySpan<(string, T)> all)
    {
        if (all.IsEmpty)
        {
            throw new ArgumentException("A field needs at least one allowed word.", nameof(all));
        }

        (_comparison, _all) = (comparison, [.. all]);
    }

    public bool IgnoresCase => _comparison == StringComparison.OrdinalIgnoreCase;

    public IEnumerable<string> Words => _all.Select(c => c.Word);

    /// <summary>Stands in for a word that was refused, until the problem is thrown.</summary>
    public T First => _all[0].Value;

    public static Choices<T> Exact(params ReadOnlySpan<(string Word, T Value)> all) =>
        new(StringComparison.Ordinal, all);

    public static Choices<T> IgnoringCase(params ReadOnlySpan<(string Word, T Value)> all) =>
        new(StringComparison.OrdinalIgnoreCase, all);

    public bool TryFind(string word, out T value)
    {
        foreach (var choice in _all)
        {
            if (string.Equals(choice.Word, word, _comparison))
            {
                value = choice.Value;
                return true;
            }
        }

        value = First;
        return false;
    }
}
