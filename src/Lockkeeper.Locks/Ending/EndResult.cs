namespace Lockkeeper.Locks.Ending;

/// <summary>What became of an attempt to end something.</summary>
public enum EndResult
{
    /// <summary>The server passed it on: the statement is being cancelled, or the session has ended.</summary>
    Done,

    /// <summary>The session was told to end and had not ended after five seconds; it will when it next looks.</summary>
    Told,

    /// <summary>There is no such session any more, or another one has its number now. Nothing was done.</summary>
    Gone,
}
