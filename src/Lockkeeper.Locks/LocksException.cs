using Lockkeeper.Locks.Tracing;
using Npgsql;

namespace Lockkeeper.Locks;

/// <summary>Something could not be looked at. Says what is true of the database, which looking does not change, and what to do.</summary>
public sealed class LocksException : Exception
{
    private const string NothingChanged = "Nothing was changed.";

    private LocksException(string code, string what, string isTrue, string whatToDo, Exception? inner = null)
        : base($"{code}: {what} {isTrue} {whatToDo}", inner)
    {
        Code = code;
        Problem = what;
        IsTrue = isTrue;
        WhatToDo = whatToDo;
    }

    /// <summary>A stable code; docs/errors has one page for each.</summary>
    public string Code { get; }

    /// <summary>What went wrong, in a sentence.</summary>
    public string Problem { get; }

    /// <summary>What is now true of the database.</summary>
    public string IsTrue { get; }

    /// <summary>What to do next.</summary>
    public string WhatToDo { get; }

    internal static LocksException TooOld(int version) => new(
        "LK4001",
        $"The server's version is {version / 10_000}; locks can be explained from 14 on.",
        NothingChanged,
        "Upgrade the server: older ones do not say since when somebody waits.");

    internal static LocksException CatalogLocked(PostgresException inner) => new(
        "LK4002",
        $"The server's catalog itself is locked: {inner.MessageText}.",
        NothingChanged,
        "Somebody runs VACUUM FULL, CLUSTER or LOCK TABLE on a table of pg_catalog; try again when that has ended.",
        inner);

    internal static LocksException BadOptions(IEnumerable<string> problems) => new(
        "LK4003", $"The options do not fit: {string.Join("; ", problems)}.", NothingChanged, "Correct them.");

    internal static LocksException NoLog(int line, string text) => new(
        "LK4005",
        $"This is no server log that can be read: nothing in it looks like a message, and line {line} begins with \"{(text.Length > 40 ? text[..40] : text)}\".",
        NothingChanged,
        "Give a log of PostgreSQL as it is written to standard error, or as csvlog or jsonlog, with lc_messages in English.");

    internal static LocksException ForeignLog(int line, string text) => new(
        "LK4011",
        $"This log is in another language than English: line {line} begins with \"{(text.Length > 80 ? text[..80] : text)}\".",
        NothingChanged,
        "SET lc_messages = 'C' on the server, and it writes what comes next in English. In csvlog and jsonlog deadlocks are at least counted, by their SQLSTATE.");

    internal static LocksException NoExtension(string extension, PostgresException inner) => new(
        "LK4007",
        $"This needs the extension {extension}: {inner.MessageText}.",
        NothingChanged,
        $"Put {extension} into shared_preload_libraries, start the server again, and CREATE EXTENSION {extension} in this database.",
        inner);

    internal static LocksException Locked(string list, PostgresException inner) => new(
        "LK4012",
        $"Something that {list} reads is locked: {inner.MessageText}.",
        NothingChanged,
        "lockkeeper locks shows who holds it, and who waits; then look again.",
        inner);

    internal static LocksException WouldCommit(ScriptStatement boundary) => new(
        "LK4010",
        $"Line {boundary.Line} of the script, {boundary.Sql.Split('\n')[0]}, begins or ends a transaction, and so what stands before it would be committed.",
        NothingChanged,
        "Trace each transaction by itself, or allow it with LockTracerOptions.MayCommit where the database is thrown away afterwards.");
}
