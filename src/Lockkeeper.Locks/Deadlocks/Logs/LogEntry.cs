namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>One message of a server's log, whatever format it was written in.</summary>
public sealed record LogEntry
{
    /// <summary>The line at which it begins, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>How severe it is, in the server's words, such as ERROR.</summary>
    public required string Severity { get; init; }

    /// <summary>The message.</summary>
    public required string Message { get; init; }

    /// <summary>When, as the log has it; null where the prefix of its lines does not say.</summary>
    public string? Time { get; init; }

    /// <summary>The SQLSTATE, where the format has it.</summary>
    public string? SqlState { get; init; }

    /// <summary>The DETAIL.</summary>
    public string? Detail { get; init; }

    /// <summary>The CONTEXT.</summary>
    public string? Context { get; init; }

    /// <summary>The STATEMENT.</summary>
    public string? Statement { get; init; }

    /// <summary>The process that wrote it.</summary>
    public int? Pid { get; init; }

    /// <summary>The database of the session.</summary>
    public string? Database { get; init; }

    /// <summary>The role of the session.</summary>
    public string? User { get; init; }

    /// <summary>What the client calls itself.</summary>
    public string? Application { get; init; }
}
