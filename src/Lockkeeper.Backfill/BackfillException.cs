using Lockkeeper.Backfill.Verification;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Backfill;

/// <summary>A backfill that could not begin or go on. Says what is now true of the database and what to do.</summary>
public sealed class BackfillException : Exception
{
    private const string StateIsKept =
        "What is filled stays filled, the place reached is recorded, and clients go on undisturbed.";

    private BackfillException(string code, string what, string isTrue, string whatToDo, Exception? inner = null)
        : base($"{code}: {what} {isTrue} {whatToDo}", inner)
    {
        Code = code;
        Reason = what;
        IsTrue = isTrue;
        WhatToDo = whatToDo;
    }

    /// <summary>A stable code; docs/errors has one page for each.</summary>
    public string Code { get; }

    /// <summary>What went wrong, in a sentence.</summary>
    public string Reason { get; }

    /// <summary>What is now true of the database.</summary>
    public string IsTrue { get; }

    /// <summary>What to do next.</summary>
    public string WhatToDo { get; }

    internal static BackfillException ConnectionLost(int attempts, Exception inner) => new(
        "LK2001",
        $"The connection was lost or statements were cancelled, {attempts + 1} times one after the other, the last time: {inner.Message}",
        StateIsKept,
        "Run the same job again when the server answers: it continues where it stopped.",
        inner);

    internal static BackfillException NotATable(TableName table, string reason) => new(
        "LK2002",
        $"{table} cannot be backfilled: {reason}.",
        "Nothing was run.",
        "Check the name, and that each partition is an ordinary table.");

    internal static BackfillException RowRefused(TableName leaf, string row, PostgresException inner) => new(
        "LK2003",
        $"The row {row} of {leaf} was refused: {inner.MessageText} (SQLSTATE {inner.SqlState}).",
        "That row is as it was. " + StateIsKept,
        "Correct the row, or roll back and correct the expression; then run the job again.",
        inner);

    internal static BackfillException Refused(TableName table, PostgresException inner) => new(
        "LK2004",
        $"The server refused a statement of the backfill of {table}: {inner.MessageText} (SQLSTATE {inner.SqlState}).",
        StateIsKept,
        "Remove the cause and run the job again: it continues where it stopped.",
        inner);

    internal static BackfillException StillPending(PendingRows pending) => new(
        "LK2005",
        $"After the backfill, {pending.Count} rows of {pending.Leaf} are still marked as pending, the first at ctid {pending.First}.",
        "The rows are as they were and the old version of the schema is intact; nothing was completed.",
        "Somebody set the marker or switched the trigger off meanwhile; roll back and start again.");

    internal static BackfillException NoState(PostgresException inner) => new(
        "LK2006",
        "The database has no state tables for backfills.",
        "Nothing was run.",
        "Run \"lockkeeper init\" first.",
        inner);

    internal static BackfillException RowTooSlow(TableName leaf, string row, TimeSpan limit, PostgresException inner) => new(
        "LK2007",
        $"The row {row} of {leaf} took longer than {limit.TotalSeconds:0} s by itself.",
        "That row is as it was. " + StateIsKept,
        "Look for what makes the expression slow on this row, such as a subquery without an index; then run the job again.",
        inner);

    internal static BackfillException BadOptions(IEnumerable<string> problems) => new(
        "LK2008",
        $"The options do not fit: {string.Join("; ", problems)}.",
        "Nothing was run.",
        "Correct them and run the job again.");

    internal static BackfillException Cancelled(string by) => new(
        "LK2020",
        $"The backfill was cancelled by {by}.",
        StateIsKept,
        "Run the same job again to go on: it continues where it stopped. What belongs to a migration can also be rolled back.");

    internal static BackfillException ValuesDiffer(TableName leaf, long count, IEnumerable<string> rows) => new(
        "LK2021",
        $"{count} rows of {leaf} that nobody has written since they were filled are not as their expressions say: {string.Join("; ", rows)}.",
        "The rows are as they were filled, and the backfill does not count as finished.",
        "Look whether the expression gives another value each time, whether what it reads from other tables has changed, or whether a trigger changes what is"
        + " written; correct the rows, and run the job again. What belongs to a migration can also be rolled back.");

    internal static BackfillException StillMatches(TableName table, PostgresException inner) => new(
        "LK2022",
        $"Rows of {table} still fit the condition when they have been updated, so they would be updated again and again.",
        "The chunk in which that was seen was undone. " + StateIsKept,
        "Write a condition that is false for a row that is done, such as \"note IS NULL\".",
        inner);

    internal static BackfillException StoredDiffers(TableName table, PostgresException inner) => new(
        "LK2030",
        $"Rows of {table} are stored with other values than their expressions say.",
        "The chunk in which that was seen was undone. " + StateIsKept,
        "Look for a trigger that changes what is written, or an expression that gives another value each time; correct it and run the job again, or run it"
        + " without verification.",
        inner);

    internal static BackfillException AnotherDefinition(string job) => new(
        "LK2023",
        $"A backfill named {job} is recorded with another content, and it is not finished.",
        "Nothing was run. " + StateIsKept,
        "Undo the edit, or give the changed backfill a name of its own, or end the recorded one with \"lockkeeper backfill cancel --forget\".");

    internal static BackfillException NoSuchBackfill(string? job, IReadOnlyCollection<string> known) => new(
        "LK2024",
        (job, known.Count) switch
        {
            ({ } name, _) => $"There is no backfill named {name}.",
            (null, 0) => "No backfill is under way.",
            _ => $"{known.Count} backfills are under way: {string.Join(", ", known)}.",
        },
        "Nothing was changed.",
        known.Count == 0 ? "\"lockkeeper backfill status\" shows all that are known." : $"Name one of {string.Join(", ", known)}.");
}
