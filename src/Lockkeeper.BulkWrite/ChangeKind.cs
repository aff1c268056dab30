namespace Lockkeeper.BulkWrite;

/// <summary>What is done with the rows of one input.</summary>
public enum ChangeKind
{
    /// <summary>Inserted; a key that is there already is an error.</summary>
    Insert,

    /// <summary>Inserted where the key is new, left alone where it is there.</summary>
    InsertOrIgnore,

    /// <summary>Inserted where the key is new, written over where it is there.</summary>
    Upsert,

    /// <summary>Written over where the key is there.</summary>
    Update,

    /// <summary>Deleted where the key is there.</summary>
    Delete,

    /// <summary>Locked where the key is there.</summary>
    Lock,
}
