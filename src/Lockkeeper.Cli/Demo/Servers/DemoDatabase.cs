namespace Lockkeeper.Cli.Demo.Servers;

/// <summary>An empty database for the demo, removed when disposed.</summary>
internal abstract class DemoDatabase : IAsyncDisposable
{
    /// <summary>How to connect, for us.</summary>
    public abstract string Connection { get; }

    /// <summary>How to connect, for the user: arguments of psql.</summary>
    public abstract string PsqlArguments { get; }

    /// <summary>What it is, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>What is true when it is gone, in a sentence.</summary>
    public abstract string WhenRemoved { get; }

    /// <summary>Lets the user look at it: returns at once if it outlives this process, else when it is to be removed.</summary>
    /// <param name="say">Takes what is to be said about it.</param>
    /// <param name="cancellationToken">The user has seen enough.</param>
    public abstract Task KeepAsync(Action<string> say, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
