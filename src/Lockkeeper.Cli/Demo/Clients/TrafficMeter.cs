using System.Collections.Immutable;

namespace Lockkeeper.Cli.Demo.Clients;

/// <summary>Counts what all clients do. Thread-safe.</summary>
internal sealed class TrafficMeter
{
    // A person reads no more of them, and one cause mostly fails many statements.
    private const int MostFailuresKept = 5;

    private readonly Lock _gate = new();
    private readonly List<string> _failures = [];
    private Stall _longest = Stall.None;
    private string _step = "";
    private long _statements;
    private long _failed;

    public long Statements => Interlocked.Read(ref _statements);

    public long Failed => Interlocked.Read(ref _failed);

    public Stall Longest
    {
        get
        {
            lock (_gate)
            {
                return _longest;
            }
        }
    }

    /// <summary>The first failures, in words.</summary>
    public ImmutableArray<string> FirstFailures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>What is being done from now on.</summary>
    public void Enter(string step)
    {
        lock (_gate)
        {
            _step = step;
        }
    }

    /// <summary>A statement has ended, well or not.</summary>
    public void Ended(string sql, TimeSpan elapsed)
    {
        Interlocked.Increment(ref _statements);
        lock (_gate)
        {
            if (elapsed > _longest.Time)
            {
                _longest = new Stall(elapsed, sql, _step);
            }
        }
    }

    public void FailedWith(string client, Exception failure)
    {
        Interlocked.Increment(ref _failed);
        lock (_gate)
        {
            if (_failures.Count < MostFailuresKept)
            {
                _failures.Add($"{client}, during \"{_step}\": {failure.Message}");
            }
        }
    }
}
