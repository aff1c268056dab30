namespace Lockkeeper.BulkWrite.Planning;

/// <summary>How a unit takes the advisory lock that stands for a whole table, among the writers of this library.</summary>
public enum TableGate
{
    /// <summary>Not at all: it inserts nothing there.</summary>
    None,

    /// <summary>Together with others.</summary>
    Shared,

    /// <summary>Alone.</summary>
    Alone,
}
