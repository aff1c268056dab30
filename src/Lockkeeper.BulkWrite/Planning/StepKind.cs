namespace Lockkeeper.BulkWrite.Planning;

/// <summary>What a step of a unit does.</summary>
internal enum StepKind
{
    /// <summary>Takes gates.</summary>
    Gates,

    /// <summary>Makes the temporary table of an input and fills it.</summary>
    Stage,

    /// <summary>Locks rows.</summary>
    Lock,

    /// <summary>Locks the rows of an input, and leaves those out that are not there.</summary>
    LockAndFind,

    /// <summary>Inserts by COPY.</summary>
    Copy,

    /// <summary>Writes an input.</summary>
    Write,

    /// <summary>Reads columns of the rows of an input.</summary>
    ReadBack,
}
