using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>A field as the code that reads it asks for it.</summary>
/// <param name="Key">The key in the file.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsRequired">Whether it must be there and not be null.</param>
public sealed record FieldFormat(string Key, FieldKind Kind, bool IsRequired)
{
    /// <summary>The words that a choice may be.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Whether the words are taken in capital and small letters alike.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>The fields of a mapping, or of each mapping of a list.</summary>
    public ImmutableArray<FieldFormat> Fields { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(FieldFormat? other) => other is not null && Key == other.Key && Kind == other.Kind && IsRequired == other.IsRequired
        && IgnoresCase == other.IgnoresCase && Words.SequenceEqual(other.Words) && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Kind, IsRequired);
}
