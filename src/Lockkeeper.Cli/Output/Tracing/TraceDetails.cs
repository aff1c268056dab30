using System.Globalization;
using Lockkeeper.Locks.Tracing;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Cli.Output.Tracing;

/// <summary>What a traced statement did, a phrase for each thing, with the style that says how much it hurts.</summary>
internal static class TraceDetails
{
    private const string Harmless = "dim";
    private const string Strong = "yellow";

    public static IEnumerable<(string Text, string Style)> LocksOf(TracedStatement traced) =>
        traced.Locks.Select(taken => ($"{taken.Mode.InWords()} on {Name(taken.Table)}, blocks {taken.Mode.Describe()}", StyleOf(taken.Mode)));

    public static IEnumerable<(string Text, string Style)> RestOf(TracedStatement traced) =>
    [
        .. traced.Rows.Select(rows => (Words(rows), Harmless)),
        .. traced.Rewritten.Select(table => ($"{Name(table)} got a new file", Strong)),
        .. traced.Scanned.Select(table => ($"{Name(table)} was read from beginning to end", Harmless)),
        .. traced.ValidatedAtOnce.Select(constraint => ($"constraint {constraint} was added and checked at once", Strong)),
        .. traced.AddedNotValid.Select(constraint => ($"constraint {constraint} was added without validation", Harmless)),
        .. traced.Validated.Select(constraint => ($"constraint {constraint} was validated", Harmless)),
        .. Failure(traced),
    ];

    /// <summary>How the script went as a whole, in a sentence.</summary>
    public static string Summary(LockTrace trace)
    {
        var transactions = trace.Statements.Select(traced => traced.Transaction).Distinct().Count();
        var strongest = trace.Statements.SelectMany(traced => traced.Locks.Select(taken => (traced.Statement.Line, Taken: taken)))
            .OrderByDescending(found => found.Taken.Mode).FirstOrDefault();
        return string.Create(CultureInfo.InvariantCulture,
            $"{trace.Statements.Length} {(trace.Statements.Length == 1 ? "statement" : "statements")} in {transactions} {(transactions == 1 ? "transaction" : "transactions")}, ")
            + (strongest.Taken is null ? "no lock on a table that was there before. " : string.Create(CultureInfo.InvariantCulture,
                $"the strongest lock is {strongest.Taken.Mode.InWords()} on {Name(strongest.Taken.Table)} (line {strongest.Line}). "))
            + (trace switch
            {
                { Succeeded: false } => "A statement failed, and what stands behind it was not run.",
                { Findings.Length: 0 } => "No finding.",
                { Findings.Length: 1 } => "1 finding.",
                { Findings.Length: var count } => string.Create(CultureInfo.InvariantCulture, $"{count} findings."),
            });
    }

    /// <summary>"line 3", or "lines 3, 5 and 7".</summary>
    public static string Lines(TraceFinding finding) => finding.Lines switch
    {
        [var line] => string.Create(CultureInfo.InvariantCulture, $"line {line}"),
        [.. var first, var last] => string.Create(CultureInfo.InvariantCulture, $"lines {string.Join(", ", first)} and {last}"),
        _ => "",
    };

    private static IEnumerable<(string Text, string Style)> Failure(TracedStatement traced)
    {
        if (traced.Error is { } error)
        {
            yield return traced.NeedsNoTransaction ? ($"left out: {error}", Harmless) : ($"failed: {error}", "red");
        }

        if (traced is { NeedsNoTransaction: true, Command: { NeedsNoTransaction: true, OnTable: { } mode } })
        {
            yield return ($"by itself it takes {mode.InWords()} on its table, which blocks {mode.Describe()}, and may have to wait for other transactions", StyleOf(mode));
        }
    }

    private static string Words(TracedRows rows) => string.Create(CultureInfo.InvariantCulture,
        $"{rows.Rows} {(rows.Rows == 1 ? "row" : "rows")} of {Name(rows.Table)} {(rows.Changed ? "changed, locked" : "locked")} {rows.Strength.InWords()}");

    private static string StyleOf(LockMode mode) => mode >= LockMode.Share ? Strong : Harmless;

    private static string Name(TableName table) => table.Schema.Value == "public" ? table.Name.Value : $"{table.Schema.Value}.{table.Name.Value}";
}
