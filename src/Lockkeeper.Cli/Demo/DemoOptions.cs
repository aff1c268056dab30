namespace Lockkeeper.Cli.Demo;

/// <summary>What the demo can be told.</summary>
/// <param name="Rows">How many rows the table has when it begins.</param>
internal sealed record DemoOptions(int Rows)
{
    public const int DefaultRows = 200_000;

    // Each client has rows of its own, and deletes some of them.
    public const int FewestRows = 1_000;

    // About 5 GB of table, indexes and log.
    public const int MostRows = 10_000_000;

    /// <summary>Somebody else's server; null for one of our own.</summary>
    public string? Server { get; init; }

    /// <summary>Whether what was made stays to be looked at.</summary>
    public bool Keep { get; init; }

    /// <summary>How long one attempt of the migration waits for a table's lock; null for the default.</summary>
    public TimeSpan? LockTimeout { get; init; }
}
