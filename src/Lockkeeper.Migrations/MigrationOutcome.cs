namespace Lockkeeper.Migrations;

/// <summary>What is true of the database after a verb has failed.</summary>
public enum MigrationOutcome
{
    /// <summary>Nothing was changed.</summary>
    NothingChanged,

    /// <summary>What had been done was undone.</summary>
    Undone,

    /// <summary>What was done stands and is recorded: resume goes on with it, and rollback undoes it where that is still possible.</summary>
    Resumable,
}
