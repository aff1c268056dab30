using System.Collections.Immutable;
using Lockkeeper.Locks.Deadlocks;
using Lockkeeper.Locks.Deadlocks.Logs;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks;

/// <summary>What a server's log tells of deadlocks and of long waits for locks.</summary>
public sealed class DeadlockReport
{
    private readonly LoggedNames _names;

    private DeadlockReport(
        LoggedNames names, ImmutableArray<DeadlockGroup> groups, ImmutableArray<LockWaitSummary> waits, int entries, ImmutableArray<string> notes)
    {
        _names = names;
        Groups = groups;
        Waits = waits;
        Entries = entries;
        Notes = notes;
    }

    /// <summary>The deadlocks, those that are alike together; the most frequent first.</summary>
    public ImmutableArray<DeadlockGroup> Groups { get; }

    /// <summary>What <c>log_lock_waits</c> has reported; what cost most first.</summary>
    public ImmutableArray<LockWaitSummary> Waits { get; }

    /// <summary>How many messages were read.</summary>
    public int Entries { get; }

    /// <summary>What could not be read or told, and why.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>How many deadlocks there were.</summary>
    public int Count => Groups.Sum(group => group.Deadlocks.Length);

    /// <summary>Reads a log of any of the three formats: as it goes to standard error, <c>csvlog</c>, or <c>jsonlog</c>.</summary>
    /// <param name="log">The log; it is read to its end.</param>
    /// <param name="relations">Names of relations by OID, from the server that wrote it; null where none is at hand.</param>
    /// <exception cref="LocksException">Nothing in it looks like a message of a server (LK4005), or all of it is in another language than English (LK4011).</exception>
    public static DeadlockReport Parse(TextReader log, ImmutableDictionary<uint, string>? relations = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        var problems = new LogProblems();
        var names = new LoggedNames(relations ?? ImmutableDictionary<uint, string>.Empty);
        var waits = new LockWaitReader(names.Of);
        var deadlocks = new List<Deadlock>();
        var entries = 0;
        var without = 0;
        foreach (var entry in ServerLog.Read(log, problems))
        {
            entries++;
            waits.Read(entry);
            if (!DeadlockReader.IsDeadlock(entry))
            {
                continue;
            }

            if (DeadlockReader.Read(entry) is { } deadlock)
            {
                if (!IsToldAgain(deadlock, deadlocks))
                {
                    deadlocks.Add(deadlock);
                }
            }
            else
            {
                without++;
            }
        }

        if (entries == 0 && problems.First is { } first)
        {
            throw problems.IsForeign ? LocksException.ForeignLog(problems.FirstLine, first) : LocksException.NoLog(problems.FirstLine, first);
        }

        return new DeadlockReport(names, Group(deadlocks), waits.Summarize(), entries, [.. problems.Notes(), .. NotesOf(without)]);
    }

    /// <summary>The processes of a ring, the victim first, each with what it waited for in names.</summary>
    /// <param name="deadlock">One of this report's.</param>
    public ImmutableArray<RingLine> Ring(Deadlock deadlock)
    {
        ArgumentNullException.ThrowIfNull(deadlock);
        return
        [
            .. deadlock.Edges.Select(edge => new RingLine(
                edge.Waiter,
                edge.Waiter == deadlock.Victim,
                deadlock.Queries.GetValueOrDefault(edge.Waiter),
                _names.Of(edge, deadlock),
                $"{edge.Mode}Lock",
                edge.Blocker)),
        ];
    }

    // What a parallel worker reports, its leader reports once more, with the same ring and this context.
    private static bool IsToldAgain(Deadlock deadlock, List<Deadlock> before) =>
        deadlock.Entry.Context?.Contains("parallel worker", StringComparison.Ordinal) == true
        && before.Exists(earlier => earlier.Edges.SequenceEqual(deadlock.Edges));

    private static ImmutableArray<DeadlockGroup> Group(List<Deadlock> deadlocks) =>
    [
        .. deadlocks.GroupBy(deadlock => (DeadlockClassifier.Of(deadlock), Shape(deadlock)))
            .Select(alike => new DeadlockGroup([.. alike], DeadlockExplainer.Of(alike.First())))
            .OrderByDescending(group => group.Deadlocks.Length),
    ];

    // Who of the ring was the victim is chance, so the statements count without their order.
    private static string Shape(Deadlock deadlock) => string.Join(
        '\n', deadlock.Processes.Select(pid => QueryShape.Of(deadlock.Queries.GetValueOrDefault(pid))).Order(StringComparer.Ordinal));

    private static IEnumerable<string> NotesOf(int without)
    {
        if (without > 0)
        {
            yield return FormattableString.Invariant($"{without} deadlock{(without == 1 ? " is" : "s are")} reported without {(without == 1 ? "its" : "their")} ring: ")
                + "log_error_verbosity is terse, the log was cut, or its language is not English (lc_messages).";
        }
    }
}
