namespace Lockkeeper.Server.Sessions;

/// <summary>How to reach a server, as a user gives it.</summary>
public sealed record ConnectionOptions
{
    /// <summary>A <c>postgres://</c> URL, a libpq key=value string, or an Npgsql connection string.</summary>
    public required string Text { get; init; }

    /// <summary>The role to take on after connecting; null to stay who one is.</summary>
    public string? Role { get; init; }

    /// <summary>The name that others see in <c>pg_stat_activity</c>, unless <see cref="Text"/> gives one.</summary>
    public string ApplicationName { get; init; } = "lockkeeper";
}
