using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Says what of a traced statement would hurt on a live server.</summary>
internal static class TraceRules
{
    public static ImmutableArray<string> Names { get; } =
        ["no-lock-timeout", "rewrite", "blocking-index", "validated-at-once", "weaker-way", "work-under-lock", "several-tables"];

    public static IEnumerable<TraceFinding> Check(TracedStatement traced)
    {
        var strong = traced.Locks.Where(taken => taken.Mode >= LockMode.Share).ToArray();
        if (strong.Length > 0 && !traced.HasLockTimeout)
        {
            yield return Finding("no-lock-timeout",
                $"It asks for {strong[0].Mode.InWords()} on {Subjects.Of(strong[0].Table)} without a lock_timeout: while it waits, everybody else waits behind it. SET LOCAL lock_timeout = '2s', and try again.");
        }

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

        var held = traced.HeldBefore.FirstOrDefault(before => before.Mode == LockMode.AccessExclusive);
        if (held is not null && (traced.Scanned.Length > 0 || QueryShape.Verb(traced.Statement.Sql) is "UPDATE" or "DELETE" or "INSERT"))
        {
            yield return Finding("work-under-lock",
                $"It works on rows while the transaction holds ACCESS EXCLUSIVE on {Subjects.Of(held.Table)}, which nobody can read meanwhile. Put it into a transaction of its own.");
        }

        var tables = traced.HeldBefore.Concat(traced.Locks).Where(taken => taken.Mode == LockMode.AccessExclusive)
            .Select(taken => taken.Table).Distinct().Count();
        if (tables > 1 && traced.Locks.Any(taken => taken.Mode == LockMode.AccessExclusive) && held is not null)
        {
            yield return Finding("several-tables",
                FormattableString.Invariant($"The transaction now holds ACCESS EXCLUSIVE on {tables} tables: clients that use them in another order deadlock with it. One table in a transaction."));
        }

        TraceFinding Finding(string rule, string words) => new(rule, traced.Statement.Line, words);
    }

    // SET NOT NULL reads no row where a CHECK proves it, and then there is no better way.
    private static bool IsStrongerThanNeeded(TracedStatement traced) => traced.NeedsNoTransaction
        ? traced.Command!.OnTable >= LockMode.Share
        : traced.Locks.Any(taken => taken.Mode >= LockMode.Share) && (traced.Command != CommandLocks.SetNotNull || !traced.Scanned.IsEmpty);
}
