namespace Lockkeeper.Cli.Running;

/// <summary>The codes of what only the command line can find wrong; <c>docs/errors</c> has a page for each. A code is never given a second meaning.</summary>
internal static class ErrorCodes
{
    /// <summary>A migration is under way, and no other can be started.</summary>
    public const string MigrationActive = "LK1202";

    /// <summary>The history says another content for a migration than its file.</summary>
    public const string FileEdited = "LK1204";

    /// <summary>The history and the folder do not agree.</summary>
    public const string HistoryDiffers = "LK1209";

    /// <summary>More than one migration is missing, and --expect-one was given.</summary>
    public const string MoreThanOne = "LK1401";

    /// <summary>A file would be written over.</summary>
    public const string FileExists = "LK1402";

    /// <summary>There is no version yet.</summary>
    public const string NoVersion = "LK1403";

    /// <summary>A file cannot be written.</summary>
    public const string FileNotWritten = "LK1409";

    /// <summary>Standard output cannot be written.</summary>
    public const string OutputNotWritten = "LK1413";

    /// <summary>A migration's backfill cannot be forgotten by itself.</summary>
    public const string BackfillOfMigration = "LK2027";

    public const string Unexpected = "LK8000";
    public const string Usage = "LK8001";
    public const string Unreachable = "LK8002";
    public const string LoginRefused = "LK8003";
    public const string NoSuchDatabase = "LK8004";
    public const string TooManyConnections = "LK8005";
    public const string MissingRights = "LK8006";
    public const string ServerRefused = "LK8007";
    public const string ConnectionLost = "LK8008";
    public const string Interrupted = "LK8009";
    public const string NeedsBaseline = "LK8010";
}
