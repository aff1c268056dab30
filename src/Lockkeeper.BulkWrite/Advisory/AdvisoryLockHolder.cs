namespace Lockkeeper.BulkWrite.Advisory;

/// <summary>Who has an advisory lock.</summary>
/// <param name="Backend">The process number of the session.</param>
public sealed record AdvisoryLockHolder(int Backend)
{
    /// <summary>What the session calls itself, or null when the server does not show it.</summary>
    public string? Application { get; init; }

    /// <summary>The session's role, or null when the server does not show it.</summary>
    public string? Role { get; init; }

    /// <summary>Where the session comes from, or null for a local one.</summary>
    public string? Address { get; init; }

    /// <summary>When the session last began or ended a statement, or null when the server does not show it.</summary>
    public DateTimeOffset? Since { get; init; }
}
