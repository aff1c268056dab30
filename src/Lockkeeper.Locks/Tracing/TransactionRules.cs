using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Tracing;

/// <summary>What would hurt because of what stands before it. One finding names all statements for which the same is to be done.</summary>
internal static class TransactionRules
{
    public static ImmutableArray<string> Names { get; } = ["no-lock-timeout", "work-under-lock", "several-tables"];

    public static IEnumerable<TraceFinding> Check(ImmutableArray<TracedStatement> script) =>
        NoLockTimeout(script).Concat(WorkUnderLock(script)).Concat(SeveralTables(script));

    private static IEnumerable<TraceFinding> NoLockTimeout(ImmutableArray<TracedStatement> script)
    {
        var asking = script.Where(traced => !traced.HasLockTimeout && traced.Locks.Any(taken => taken.Mode >= LockMode.Share)).ToArray();
        if (asking.Length > 0)
        {
            var locks = asking.SelectMany(traced => traced.Locks).Where(taken => taken.Mode >= LockMode.Share).Distinct()
                .GroupBy(taken => taken.Mode).OrderByDescending(alike => alike.Key)
                .Select(alike => $"{alike.Key.InWords()} on {Several([.. alike.Select(taken => Subjects.Of(taken.Table))])}");
            yield return Finding("no-lock-timeout", asking,
                $"{Subject(asking)} for {string.Join(", ", locks)} without a lock_timeout: while that waits, everybody else waits behind it. SET LOCAL lock_timeout = '2s', and try again when it strikes.");
        }

        static string Subject(TracedStatement[] statements) => statements.Length == 1 ? "It asks" : $"{statements.Length} statements ask";
    }

    private static IEnumerable<TraceFinding> WorkUnderLock(ImmutableArray<TracedStatement> script) =>
        from traced in script
        where traced.Scanned.Length > 0 || QueryShape.Verb(traced.Statement.Sql) is "UPDATE" or "DELETE" or "INSERT"
        where traced.HeldBefore.Any(IsExclusive)
        group traced by traced.Transaction into work
        let isOne = work.Count() == 1
        select Finding("work-under-lock", work,
            $"{(isOne ? "It works" : $"{work.Count()} statements work")} on rows while the transaction holds ACCESS EXCLUSIVE on {Tables(work.SelectMany(traced => traced.HeldBefore))}, "
                + $"which nobody can read meanwhile. Put {(isOne ? "it into a transaction of its" : "them into a transaction of their")} own.");

    private static IEnumerable<TraceFinding> SeveralTables(ImmutableArray<TracedStatement> script) =>
        from traced in script
        where traced.Locks.Any(IsExclusive) && traced.HeldBefore.Any(IsExclusive)
        group traced by traced.Transaction into further
        select Finding("several-tables", further,
            $"The transaction holds ACCESS EXCLUSIVE on {Tables(further.SelectMany(traced => traced.HeldBefore.Concat(traced.Locks)))}: clients that use them in another order deadlock with it. One table in a transaction.");

    private static bool IsExclusive(TracedLock held) => held.Mode == LockMode.AccessExclusive;

    private static string Tables(IEnumerable<TracedLock> locks) => Several([.. locks.Where(IsExclusive).Select(held => Subjects.Of(held.Table)).Distinct()]);

    private static TraceFinding Finding(string rule, IEnumerable<TracedStatement> statements, string words) =>
        new(rule, [.. statements.Select(traced => traced.Statement.Line).Distinct()], words);

    private static string Several(IReadOnlyList<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words.Take(words.Count - 1))} and {words[^1]}";
}
