using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Execution;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite;

/// <summary>A unit of work that was not written. Says which row and table it was about, what is now true of the database and what to do.</summary>
public sealed class BulkWriteException : Exception
{
    private const string NothingRun = "Nothing was sent to the database.";
    private const string NothingWritten =
        "Nothing of the unit is in the database; where its rows had begun to stream, your transaction can only be rolled back.";

    private const string RolledBack = "The transaction was rolled back: nothing of the unit is in the database.";
    private const string YoursAborted = "Your transaction is aborted: nothing of it will be in the database, and all that is left to do with it is to roll it back.";

    private BulkWriteException(string code, string what, string isTrue, string whatToDo, Exception? inner = null)
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

    /// <summary>The table, where the failure is about one.</summary>
    public TableName? Table { get; private init; }

    /// <summary>The row's place in its input, counted from zero, where the failure is about one.</summary>
    public long? Row { get; private init; }

    /// <summary>
    /// The row's key as text, for example <c>order_id = 7, number = 2</c>, where the failure is about a row that is still in memory. Not part of the message: what
    /// is logged holds no values of rows.
    /// </summary>
    public string? Key { get; internal set; }

    /// <summary>What the unit was doing: the number of its input, counted from zero, where the failure is about one.</summary>
    public int? Change { get; private init; }

    /// <summary>The column, where the failure is about one.</summary>
    public Identifier? Column { get; private init; }

    /// <summary>The server's code, where the server refused.</summary>
    public string? SqlState { get; private init; }

    /// <summary>
    /// Whether it is certain that nothing was written. False only when the connection broke during the last round trip, which commits, and when everything was
    /// written but could not be read back (LK3021).
    /// </summary>
    public bool OutcomeKnown { get; private init; } = true;

    internal static BulkWriteException BadOptions(ImmutableArray<string> problems) => new(
        "LK3001", $"The options do not fit: {string.Join("; ", problems)}.", NothingRun, "Correct them.");

    internal static BulkWriteException BadDeclaration(TableName table, string problem) => new(
        "LK3002", $"The declaration of {table} does not fit: {problem}.", NothingRun, "Correct the declaration.")
    { Table = table };

    internal static BulkWriteException NotInDatabase(TableName table, string problem, Exception? inner = null) => new(
        "LK3003",
        $"The declaration of {table} does not fit the database: {problem}.",
        NothingRun,
        "Correct the declaration, or migrate the database first.",
        inner)
    { Table = table };

    internal static BulkWriteException NoUniqueKey(TableName table, ImmutableArray<Identifier> key) => new(
        "LK3004",
        $"{table} has no unique index over exactly ({string.Join(", ", key)}) that is checked at once and has neither expressions nor a condition.",
        NothingRun,
        "Create one, or declare the key that the table has.")
    { Table = table };

    internal static BulkWriteException NoOrder(TableName table, Identifier column, string sqlType, Type type) => new(
        "LK3005",
        $"{column} of {table} cannot be part of a key: {sqlType}, read as {type.Name}, has no order that client and server have in common.",
        NothingRun,
        "Use a key of integers, text, uuid, bytea, numeric, dates, timestamps or an enumeration, and the .NET type that belongs to it.")
    {
        Table = table,
        Column = column,
    };

    internal static BulkWriteException NullKey(TableName table, int change, long row) => new(
        "LK3006", $"The key of row {row} for {table} is null in part.", NothingWritten, "Give every row a key.")
    {
        Table = table,
        Change = change,
        Row = row,
    };

    internal static BulkWriteException Duplicate(TableName table, int change, long row) => new(
        "LK3007",
        $"The key of row {row} for {table} stands twice in the same input.",
        NothingWritten,
        "Hand each key over once, or declare what becomes of duplicates (Duplicates, GreatestBy, MergeDuplicates).")
    {
        Table = table,
        Change = change,
        Row = row,
    };

    internal static BulkWriteException DoesNotFit(TableName table, Identifier column, int change, long row, string problem) => new(
        "LK3008", $"Row {row} for {table} does not fit the column {column}: {problem}.", NothingWritten, "Correct the row.")
    {
        Table = table,
        Column = column,
        Change = change,
        Row = row,
    };

    internal static BulkWriteException Contradicting(TableName table, int change, long row) => new(
        "LK3009",
        $"The key of row {row} for {table} is both deleted and written in one unit.",
        NothingRun,
        "Decide which of the two it shall be, or write two units.")
    {
        Table = table,
        Change = change,
        Row = row,
    };

    internal static BulkWriteException Undeclared(TableName table) => new(
        "LK3010",
        $"The writer was not told of this map of {table} when it was made.",
        NothingRun,
        "Hand the map to the writer's constructor: all tables are declared before the first is written.")
    { Table = table };

    internal static BulkWriteException TooLargeToMerge(TableName table, int change, int rows) => new(
        "LK3011",
        $"The input for {table} has more than {rows} rows, and its rule for duplicates needs them in memory.",
        NothingRun,
        "Raise BufferRows, hand over smaller units, or declare the rule Refuse, First or Last.")
    {
        Table = table,
        Change = change,
    };

    internal static BulkWriteException Refused(TableName? table, FoundRow? row, int? change, bool owned, PostgresException inner) => new(
        "LK3012",
        $"The server refused{(row is null ? "" : FormattableString.Invariant($" row {row.Row}"))} ({inner.SqlState}{About(TableOf(inner) ?? table)}{(inner.ConstraintName is { } name ? $", constraint {name}" : "")}): {inner.MessageText}.",
        owned ? RolledBack : YoursAborted,
        "See the server's message; for a constraint its detail names the key.",
        inner)
    {
        Table = TableOf(inner) ?? table,
        Change = row?.Change ?? change,
        Row = row?.Row,
        SqlState = inner.SqlState,
        Column = row?.Column ?? (inner.ColumnName is { Length: > 0 } column ? new Identifier(column) : null),
    };

    internal static BulkWriteException Forbidden(TableName? table, bool owned, PostgresException inner) => new(
        "LK3013",
        $"The role may not do it{About(table)}: {inner.MessageText}.",
        owned ? RolledBack : YoursAborted,
        "Writing needs SELECT, INSERT, UPDATE and DELETE on the tables as far as a unit uses them, UPDATE on the tables that they reference, and TEMPORARY on the database for large inputs.",
        inner)
    {
        Table = table,
        SqlState = inner.SqlState,
    };

    internal static BulkWriteException Deadlocked(TableName? table, int? change, int retries, bool owned, PostgresException inner) => new(
        "LK3014",
        $"Somebody who keeps another order stood in the way ({inner.SqlState}{About(table)}), {retries + 1} times: {inner.MessageText}.",
        owned ? RolledBack : YoursAborted,
        "Find the writer that does not go through this library (the server's log names both sides), and run the unit again.",
        inner)
    {
        Table = table,
        Change = change,
        SqlState = inner.SqlState,
    };

    internal static BulkWriteException ConnectionLost(bool owned, Exception inner) => new(
        "LK3015",
        $"The connection was lost before the commit: {inner.Message}",
        owned ? RolledBack : YoursAborted,
        "Run the unit again when the server answers.",
        inner);

    internal static BulkWriteException OutcomeUnknown(Exception inner) => new(
        "LK3016",
        $"The connection was lost during the commit: {inner.Message}",
        "Either the whole unit is in the database or nothing of it; this side cannot know which.",
        "Look whether its rows are there before you run it again. A unit of upserts may simply be run again.",
        inner)
    {
        OutcomeKnown = false,
    };

    internal static BulkWriteException Changed(TableName table, int change) => new(
        "LK3017",
        $"The input for {table} has been read to its end and cannot be read again.",
        NothingRun,
        "Make a new unit with a new input: one that streams is read once.")
    {
        Table = table,
        Change = change,
    };

    internal static BulkWriteException NotWritable(TableName? table, Identifier? column, int? change, long? row, Exception inner) => new(
        "LK3018",
        $"The driver does not write {(row is { } number ? FormattableString.Invariant($"row {number}") : "a row")}{(column is { } name ? $", column {name}" : "")}{About(table)}: {inner.Message}",
        "Nothing of the unit is in the database; your own transaction, if it takes part in one, can only be rolled back.",
        "Correct the row, or declare the column with a type that the driver writes to it.",
        inner)
    {
        Table = table,
        Column = column,
        Change = change,
        Row = row,
    };

    internal static BulkWriteException TooLargeToReadBack(TableName table, int change, int rows) => new(
        "LK3019",
        $"The input for {table} has more than {rows} rows, and what is read back goes into rows that are held in memory.",
        NothingRun,
        "Raise BufferRows, hand over smaller units, or use a map without ReadBack.")
    {
        Table = table,
        Change = change,
    };

    internal static BulkWriteException CannotFollow(TableName table, TableName counts, Identifier column) => new(
        "LK3020",
        $"An upsert of {table} may alter what {column} of {counts} counts, and the server would not say what was there before.",
        NothingRun,
        "Hand new rows over as inserts and others as updates, or leave the column to inserts (ColumnOnInsert).")
    { Table = table };

    internal static BulkWriteException NotReadable(TableName? table, int? change, bool committed, Exception inner) => new(
        "LK3021",
        $"The driver does not read what the server gave back{About(table)}: {inner.Message}",
        committed ? "The whole unit is in the database; nothing was put into the rows of the caller." : "Nothing of the unit will be in the database, unless you commit your transaction.",
        "Declare what is read back with a type that the driver reads the column as. Do not run the unit again where it is in the database.",
        inner)
    {
        Table = table,
        Change = change,
        OutcomeKnown = !committed,
    };

    // The server names the table of a constraint, which a cascade or a trigger may have reached.
    internal static TableName? TableOf(PostgresException refused) => refused is { SchemaName.Length: > 0, TableName.Length: > 0 }
        ? new TableName(new Identifier(refused.SchemaName), new Identifier(refused.TableName)) : null;

    private static string About(TableName? table) => table is { } name ? $", {name}" : "";
}
