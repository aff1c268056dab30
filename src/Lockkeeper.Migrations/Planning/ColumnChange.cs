using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>A column that both versions have, with values of its own in each.</summary>
/// <param name="Old">The column as the old version has it.</param>
/// <param name="New">The column as the new version shall have it.</param>
/// <param name="Up">The new value from the old row; null when it is the old value.</param>
/// <param name="Down">The old value from the new row; null when it is the new value.</param>
internal sealed record ColumnChange(ColumnSnapshot Old, ColumnSnapshot New, string? Up, string? Down)
{
    /// <summary>Where the file names the column.</summary>
    public required SourcePosition At { get; init; }

    /// <summary>Where "up" stands.</summary>
    public required SourcePosition UpAt { get; init; }

    /// <summary>Where "down" stands.</summary>
    public required SourcePosition DownAt { get; init; }
}
