using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>A file as it is after an update.</summary>
/// <param name="Text">The content.</param>
/// <param name="Changes">What was changed, a sentence each.</param>
public sealed record UpdatedFile(string Text, ImmutableArray<string> Changes)
{
    /// <inheritdoc/>
    public bool Equals(UpdatedFile? other) => other is not null && Text == other.Text && Changes.SequenceEqual(other.Changes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Changes.Length);
}
