namespace Lockkeeper.Migrations.Planning;

/// <summary>Which way a trigger carries a written value.</summary>
internal enum SyncDirection
{
    /// <summary>From what the old version wrote to what the new version reads.</summary>
    Up,

    /// <summary>From what the new version wrote to what the old version reads.</summary>
    Down,
}
