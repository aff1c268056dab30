using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Tracing;

/// <summary>What would hurt of a statement by itself, whatever stands around it.</summary>
internal static class StatementRules
{
    public static ImmutableArray<string> Names { get; } = ["rewrite", "blocking-index", "validated-at-once", "weaker-way"];

    public static IEnumerable<TraceFinding> Check(TracedStatement traced)
    {
        var instead = traced.Command?.Instead;
        foreach (var table in traced.Rewritten)
        {
            yield return Finding("rewrite",
                $"It writes {Subjects.Of(table)} anew, or empties it, while nobody can read it. {instead ?? "Add a new column and fill it step by step: lockkeeper start."}");
        }

        var isIndex = traced.Command == CommandLocks.CreateIndex && traced.Locks.Length > 0;
        if (isIndex)
        {
            yield return Finding("blocking-index", $"It keeps writers of {Subjects.Of(traced.Locks[0].Table)} away for as long as the index takes. {instead}");
        }

        foreach (var constraint in traced.ValidatedAtOnce)
        {
            yield return Finding("validated-at-once",
                $"It reads all rows for {constraint} under a lock that keeps writers away. {instead ?? "Add it NOT VALID, and VALIDATE CONSTRAINT in a transaction of its own."}");
        }

        if (instead is not null && !isIndex && traced.Rewritten.IsEmpty && traced.ValidatedAtOnce.IsEmpty && IsStrongerThanNeeded(traced))
        {
            yield return Finding("weaker-way",
                $"{traced.Command!.Command} takes {traced.Command.OnTable!.Value.InWords()}, which blocks {traced.Command.OnTable.Value.Describe()}. {instead}");
        }

        TraceFinding Finding(string rule, string words) => new(rule, [traced.Statement.Line], words);
    }

    // SET NOT NULL reads no row where a CHECK proves it, and then there is no better way.
    private static bool IsStrongerThanNeeded(TracedStatement traced) => traced.NeedsNoTransaction
        ? traced.Command!.OnTable >= LockMode.Share
        : traced.Locks.Any(taken => taken.Mode >= LockMode.Share) && (traced.Command != CommandLocks.SetNotNull || !traced.Scanned.IsEmpty);
}
