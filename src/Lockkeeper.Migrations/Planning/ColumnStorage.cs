using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What becomes of a column's storage and compression when its type changes: kept between types that are stored alike, else the new type's own.</summary>
internal static class ColumnStorage
{
    /// <summary>The column with another type.</summary>
    public static ColumnSnapshot Retyped(ColumnSnapshot column, string type) => AreAlike(column.Type, type)
        ? column with { Type = type }
        : column with { Type = type, Storage = null, Compression = null };

    /// <summary>What the new type does not take over, in sentences.</summary>
    public static IEnumerable<string> Notes(ColumnSnapshot before, ColumnSnapshot after)
    {
        if (before.Storage is not null && after.Storage is null)
        {
            yield return $"Column {before.Name} is stored as its new type is by itself, and no longer {before.Storage}.";
        }

        if (before.Compression is not null && after.Compression is null)
        {
            yield return $"Large values of column {before.Name} are compressed by the server's default, and no longer by {before.Compression}.";
        }
    }

    private static bool AreAlike(string one, string other) => Base(one) == Base(other) || (IsText(one) && IsText(other));

    private static bool IsText(string type) => Base(type) is "text" or "character varying" or "character" or "bpchar";

    // "numeric(10,2)" is numeric.
    private static string Base(string type)
    {
        var end = type.IndexOf('(', StringComparison.Ordinal);
        return end < 0 || type.EndsWith("[]", StringComparison.Ordinal) ? type : type[..end];
    }
}
