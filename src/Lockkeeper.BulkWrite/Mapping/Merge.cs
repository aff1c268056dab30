namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>What an upsert or an update writes into a column whose row is already there.</summary>
public sealed record Merge
{
    private Merge(string sql, bool isReplacing = false)
    {
        Sql = sql;
        IsReplacing = isReplacing;
    }

    /// <summary>The new value. What a column does unless told otherwise.</summary>
    public static Merge Replace { get; } = new("{new}.{column}", isReplacing: true);

    /// <summary>The larger of the two; a null counts as smaller than anything.</summary>
    public static Merge Greatest { get; } = new("GREATEST({old}.{column}, {new}.{column})");

    /// <summary>The smaller of the two; a null counts as larger than anything.</summary>
    public static Merge Least { get; } = new("LEAST({old}.{column}, {new}.{column})");

    /// <summary>The new value, or the old one where the new one is null.</summary>
    public static Merge Coalesce { get; } = new("COALESCE({new}.{column}, {old}.{column})");

    /// <summary>The old value; the new one only where the old one is null.</summary>
    public static Merge Keep { get; } = new("COALESCE({old}.{column}, {new}.{column})");

    /// <summary>The sum of the two; a null counts as zero.</summary>
    public static Merge Add { get; } = new("COALESCE({old}.{column}, 0) + COALESCE({new}.{column}, 0)");

    /// <summary>The SQL with <c>{old}</c>, <c>{new}</c> and <c>{column}</c> for the row that is there, the row that comes and the column's name.</summary>
    public string Sql { get; }

    internal bool IsReplacing { get; }

    /// <summary>Any SQL expression, for example <c>{old}.tags || {new}.tags</c>.</summary>
    /// <param name="sql">Reads the row that is there as <c>{old}</c> and the row that comes as <c>{new}</c>. It is code: never build it from input.</param>
    public static Merge By(string sql)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        return new Merge($"({sql})");
    }

    internal string Render(string old, string @new, string column) => Sql
        .Replace("{old}", old, StringComparison.Ordinal)
        .Replace("{new}", @new, StringComparison.Ordinal)
        .Replace("{column}", column, StringComparison.Ordinal);
}
