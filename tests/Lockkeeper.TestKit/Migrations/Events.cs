using System.Collections.Concurrent;
using Lockkeeper.Migrations;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>Remembers what a verb says, and does something once when it says a certain thing: the verb waits until that is done.</summary>
public sealed class Events : IProgress<MigrationEvent>
{
    private readonly ConcurrentQueue<MigrationEvent> _all = new();
    private readonly Func<MigrationEvent, bool> _when;
    private readonly Func<Task> _act;
    private int _acted;

    private Events(Func<MigrationEvent, bool> when, Func<Task> act) => (_when, _act) = (when, act);

    public IReadOnlyCollection<MigrationEvent> All => _all;

    /// <summary>Whether what was to be done was done.</summary>
    public bool HaveActed => Volatile.Read(ref _acted) == 1;

    public static Events Remembered() => new(_ => false, () => Task.CompletedTask);

    public static Events When(Func<MigrationEvent, bool> when, Func<Task> act) => new(when, act);

    public static Events WhenHalfFilled(Func<Task> act) => When(
        e => e is MigrationEvent.BackfillAdvanced { Progress: { BlocksTotal: > 0 } p } && p.BlocksDone * 2 >= p.BlocksTotal, act);

    public void Report(MigrationEvent value)
    {
        _all.Enqueue(value);
        if (_when(value) && Interlocked.Exchange(ref _acted, 1) == 0)
        {
            _act().GetAwaiter().GetResult();
        }
    }
}
