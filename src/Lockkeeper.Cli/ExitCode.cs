namespace Lockkeeper.Cli;

/// <summary>What a command's exit code tells; <c>docs/exit-codes.md</c> is the page of them. A number is never given a second meaning.</summary>
internal enum ExitCode
{
    /// <summary>Done, or there was nothing to do.</summary>
    Done = 0,

    /// <summary>Something that nobody foresaw: a bug of ours.</summary>
    Unexpected = 1,

    /// <summary>The command line cannot be understood. The database was not asked anything.</summary>
    Usage = 2,

    /// <summary>Refused; nothing was changed.</summary>
    Refused = 3,

    /// <summary>Failed, and what had been done was undone.</summary>
    Undone = 4,

    /// <summary>Failed or interrupted; what was done stands: resume or roll back.</summary>
    Unfinished = 5,

    /// <summary>The server cannot be reached, or does not let us in. Nothing was changed.</summary>
    CannotConnect = 6,

    /// <summary>There was nothing to do. Only told apart from <see cref="Done"/> where <c>--detailed-exit-code</c> asks for it.</summary>
    NothingToDo = 7,

    /// <summary>The demo ran to its end and found a failed statement, a lost write or a wrong row.</summary>
    NotKept = 8,

    /// <summary>Done, and the result could not be written to standard output.</summary>
    NotWritten = 9,

    /// <summary>From <c>diagnose</c>: the worst check is yellow. From <c>trace</c>: a rule found something.</summary>
    Yellow = 20,

    /// <summary>From <c>diagnose</c>: the worst check is red.</summary>
    Red = 21,

    /// <summary>Interrupted while nothing was under way: 128 and the number of SIGINT, as shells have it.</summary>
    Interrupted = 130,
}
