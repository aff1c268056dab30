using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>A file as it is after an update.</summary>
/// <param name="Text">The content.</param>
/// <param name="Changes">What was changed, a sentence each.</param>
public sealed record UpdatedFile(string Text, ImmutableArray<string> Changes)
{
    /// <summary>What is wrong with it still, at the places of the file as it was: it cannot be read as a migration until that is corrected.</summary>
    public ImmutableArray<FormatProblem> Problems { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(UpdatedFile? other) => other is not null && Text == other.Text && Changes.SequenceEqual(other.Changes)
        && Problems.SequenceEqual(other.Problems);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Changes.Length);
}
