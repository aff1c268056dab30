namespace Lockkeeper.Locks.Deadlocks;

/// <summary>One wait, put together of its messages.</summary>
/// <param name="subject">What was waited for.</param>
/// <param name="statement">The statement, without its values.</param>
internal sealed class LoggedWait(string subject, string statement)
{
    public string Subject => subject;

    public string Statement => statement;

    public TimeSpan Longest { get; set; }

    public bool Granted { get; set; }

    /// <summary>Who was in the way, with what was known of it when it was said.</summary>
    public Dictionary<int, (string? Name, string? Statement)> Holders { get; } = [];
}
