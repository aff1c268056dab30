namespace Lockkeeper.TestKit;

/// <summary>A statement that was seen waiting for another session.</summary>
public sealed class PendingStatement(string sql, Task<int> running)
{
    public string Sql => sql;

    public bool HasEnded => running.IsCompleted;

    /// <summary>Waits for its end; throws what it threw.</summary>
    public Task<int> EndAsync(CancellationToken cancellationToken) => running.WaitAsync(cancellationToken);
}
