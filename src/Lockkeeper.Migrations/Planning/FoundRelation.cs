namespace Lockkeeper.Migrations.Planning;

/// <summary>What has a name.</summary>
/// <param name="Kind">In PostgreSQL's words, such as view or index; null when the name is free.</param>
internal sealed record FoundRelation(string? Kind)
{
    /// <summary>An ordinary or partitioned table, but not a partition.</summary>
    public const string Table = "table";
}
