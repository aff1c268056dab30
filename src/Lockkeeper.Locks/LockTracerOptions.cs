namespace Lockkeeper.Locks;

/// <summary>How a <see cref="LockTracer"/> runs a script.</summary>
public sealed record LockTracerOptions
{
    /// <summary>
    /// Whether BEGIN, COMMIT and ROLLBACK of the script are done, so that its locks end where they end on a live server. What it commits stays:
    /// for a server that is thrown away. False by default: such a script is refused before anything runs, unless it is one transaction as a whole.
    /// </summary>
    public bool MayCommit { get; init; }
}
