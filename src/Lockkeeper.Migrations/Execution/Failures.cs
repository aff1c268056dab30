using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Scripting;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Every reason for which a verb fails, with its code. LK12xx: refused, nothing was changed. LK13xx: failed on the way.</summary>
internal static class Failures
{
    private const string Nothing = "Nothing was changed.";
    private const string Untouched = "Nothing was dropped or swapped: clients of every version go on working.";
    private const int LongestQuery = 80;
    private const string Onward = "\"lockkeeper resume\" goes on; \"lockkeeper rollback\" undoes a start.";

    public static MigrationException NotInitialized() => Refused(
        "LK1201", "The database has no schema \"lockkeeper\" with the state of migrations.", "Run \"lockkeeper init\" first.");

    public static MigrationException ActiveMigration(Identifier schema, string name, MigrationState state) => Refused(
        "LK1202", $"Migration \"{name}\" of schema {schema} is {Words(state)}.",
        state switch
        {
            MigrationState.Started => "Run \"lockkeeper complete\" or \"lockkeeper rollback\" first.",
            MigrationState.Starting => "Run \"lockkeeper resume\" to go on with it, or \"lockkeeper rollback\" to undo it.",
            _ => "Run \"lockkeeper resume\" to finish it.",
        });

    public static MigrationException NoActiveMigration(Identifier schema, string verb) => Refused(
        "LK1203", $"There is nothing to {verb}: schema {schema} has no migration under way.", "Run \"lockkeeper start FILE\" first.");

    public static MigrationException EditedFile(string name, MigrationState state) => Refused(
        "LK1204", $"Migration \"{name}\" is {Words(state)} in this database with another content than the file has now.",
        state == MigrationState.Complete
            ? "Undo the edit, and put the change into a new migration."
            : "Undo the edit, or run \"lockkeeper rollback\" and start the edited file.");

    public static MigrationException AlreadyApplied(string name) => Refused(
        "LK1205", $"Migration \"{name}\" is complete already.", "There is nothing to do.");

    public static MigrationException BaselineBefore(string name, string applied) => Refused(
        "LK1412", $"\"{name}\" does not come after \"{applied}\", which is applied already: its file would count as missing.",
        $"Choose a name that comes after \"{applied}\", compared byte by byte.");

    public static MigrationException AnotherRun(Identifier schema, string holder) => Refused(
        "LK1206", $"Another run of Lockkeeper works on schema {schema}: {holder}.", "Wait until it is done, or end it.");

    public static MigrationException WrongState(string name, MigrationState state, string verb) => Refused(
        "LK1207", $"Migration \"{name}\" is {Words(state)}, so it cannot be made to {verb}.",
        state switch
        {
            MigrationState.Starting => "Run \"lockkeeper resume\" to finish starting it, or \"lockkeeper rollback\" to undo it.",
            MigrationState.Completing => "Run \"lockkeeper resume\" to finish completing it.",
            MigrationState.RollingBack => "Run \"lockkeeper resume\" to finish rolling it back.",
            _ => "See \"lockkeeper status\".",
        });

    public static MigrationException BadOptions(IEnumerable<string> problems) => Refused(
        "LK1208", $"The options do not fit: {string.Join("; ", problems)}.", "Correct them.");

    public static MigrationException UnsupportedServer(int major) => Refused(
        "LK1210", $"The server is PostgreSQL {major}; Lockkeeper works with 14 and later.", "Upgrade the server.");

    public static MigrationException VersionSchemaExists(Identifier schema) => Refused(
        "LK1211", $"There is a schema {schema} already, and it is not this migration's.",
        "Drop it, or name the version otherwise with \"version_schema\".");

    public static MigrationException MissingRights(string role, IEnumerable<string> missing, string remedy) => Refused(
        "LK1212", $"Role \"{role}\" lacks rights: {string.Join("; ", missing)}.", remedy);

    public static MigrationException StepRefused(string sql, PostgresException e, MigrationOutcome outcome) => Failed(
        "LK1301", outcome, $"The server refused a statement: {e.MessageText} (SQLSTATE {e.SqlState}).{Detail(e)}\n    {sql}\n",
        "Remove the cause.", e);

    /// <summary>As <see cref="StepRefused"/>; what stands in the way of dropping something is named, and no statement of ours needs to be read for it.</summary>
    public static MigrationException StepOfTransactionRefused(string sql, PostgresException e) =>
        e is { SqlState: PostgresErrorCodes.DependentObjectsStillExist, Detail: { Length: > 0 } users }
            ? StillUsed("What the migration drops", users.Split('\n'), MigrationOutcome.Resumable, e)
            : StepRefused(sql, e, MigrationOutcome.Resumable);

    public static MigrationException LockNotObtained(
        TimeSpan tried, ImmutableArray<LockHolder> holders, MigrationOutcome outcome, Exception? cause) => Failed(
        "LK1302", outcome, $"A lock could not be had within {tried.TotalSeconds:0} s. {Holders(holders)}",
        "End what holds the lock, or try at a quieter time.", cause);

    public static MigrationException Duplicates(
        Step step, PostgresException e, MigrationOutcome outcome, ImmutableArray<string> offenders) => Failed(
        "LK1303", outcome, $"Rows are equal where they must be unique: {e.Detail ?? e.MessageText}\n    {step.Sql}\n{Among(offenders)}",
        "Make the values different, or correct \"up\".", e);

    public static MigrationException RowsViolate(
        Step step, PostgresException e, MigrationOutcome outcome, ImmutableArray<string> offenders) => Failed(
        "LK1304", outcome, $"Rows that are there violate a constraint: {e.MessageText}.{Detail(e)}\n    {step.Sql}\n{Among(offenders)}",
        "Correct the rows.", e);

    /// <param name="e">What the server said.</param>
    /// <param name="at">The place in the SQL; null when the error is about none of its statements.</param>
    /// <param name="outcome">What became of the migration.</param>
    public static MigrationException UserSqlRefused(PostgresException e, SqlPlace? at, MigrationOutcome outcome) => Failed(
        "LK1305", outcome, $"The server refused the migration's own SQL{Place(at)}: {e.MessageText} (SQLSTATE {e.SqlState}).{Detail(e)}{Line(at)}",
        "Correct the SQL.", e);

    /// <param name="changes">What has changed, each in words.</param>
    /// <param name="outcome">Whether completing had begun.</param>
    public static MigrationException CarriedChanged(ImmutableArray<string> changes, MigrationOutcome outcome) => new(
        "LK1166", outcome,
        $"The migration puts back what belongs to the changed columns as it was when it was started, and since then: {string.Join("; ", changes)}.",
        Untouched,
        "Undo that and run \"lockkeeper complete\" again, or run \"lockkeeper rollback\" and start the migration again.");

    /// <param name="what">What would have to be dropped.</param>
    /// <param name="users">What depends on it, each in words.</param>
    /// <param name="outcome">Whether the verb had begun.</param>
    /// <param name="cause">What the server said, if it was tried.</param>
    public static MigrationException StillUsed(string what, IEnumerable<string> users, MigrationOutcome outcome, Exception? cause = null) => new(
        "LK1167", outcome, $"{what} cannot be dropped while something depends on it: {string.Join("; ", users)}.",
        outcome == MigrationOutcome.NothingChanged ? Untouched : "The transaction that was to drop it did nothing: clients of every version go on working.",
        $"Drop what is named, or make it over the tables themselves. {(outcome == MigrationOutcome.NothingChanged ? "Then try again." : Onward)}", cause);

    public static MigrationException ConnectionLost(Exception e) => Failed(
        "LK1306", MigrationOutcome.Resumable, $"The connection to the server was lost: {e.Message}", "Wait until the server answers.", e);

    /// <summary>The run has lost its lock, and does nothing more.</summary>
    public static MigrationException Overtaken(string holder) => Failed(
        "LK1307", MigrationOutcome.Resumable, $"This run lost its connection, and with it its lock, to another run of Lockkeeper: {holder}.",
        "See \"lockkeeper status\".");

    public static MigrationException BackfillFailed(BackfillException e) => Failed(
        e.Code, MigrationOutcome.Resumable, e.Reason,
        e.InnerException is PostgresException ? "Correct the rows, or the expression." : e.WhatToDo, e);

    /// <summary>The same failure, once what was done has been undone.</summary>
    public static MigrationException Undone(MigrationException failure) => new(
        failure.Code, MigrationOutcome.Undone, failure.Problem, "What the migration had done was undone: the database is as it was.",
        $"{failure.WhatToDo.Replace(Onward, "", StringComparison.Ordinal).Trim()} Then start again.".TrimStart(), failure.InnerException ?? failure);

    /// <summary>The same failure, when undoing failed as well.</summary>
    public static MigrationException NotUndone(MigrationException failure, Exception undoing) => new(
        failure.Code, MigrationOutcome.Resumable, failure.Problem,
        $"Undoing it failed as well ({undoing.Message}): what is done stands and is recorded, and the old version works.",
        "Run \"lockkeeper rollback\" when the cause is removed.", failure.InnerException ?? failure);

    /// <summary>Whether what was done is undone at once: not when it may succeed later as it is, and not without a connection.</summary>
    public static bool IsUndoneAtOnce(MigrationException failure) =>
        (failure.InnerException is BackfillException backfill ? backfill.InnerException : failure.InnerException)
            is PostgresException cause && IsAboutTheMigration(cause.SqlState);

    // Classes of Appendix A of the manual that speak of values, rows, statements and rights. Resources that ran out, an operator's
    // intervention or an internal error say nothing against the migration, and hours of filling rows must not be lost to them.
    private static bool IsAboutTheMigration(string sqlState) => sqlState[..2]
        is "0A" or "21" or "22" or "23" or "26" or "2B" or "2F" or "38" or "39" or "3D" or "3F" or "42" or "44" or "54" or "P0"
        || sqlState is PostgresErrorCodes.ActiveSqlTransaction or PostgresErrorCodes.ObjectNotInPrerequisiteState;

    private static MigrationException Refused(string code, string problem, string whatToDo) =>
        new(code, MigrationOutcome.NothingChanged, problem, Nothing, whatToDo);

    private static MigrationException Failed(
        string code, MigrationOutcome outcome, string problem, string whatToDo, Exception? cause = null) => outcome switch
        {
            MigrationOutcome.NothingChanged => new(code, outcome, problem, Nothing, whatToDo, cause),
            MigrationOutcome.Undone => new(code, outcome, problem, "It was undone.", whatToDo, cause),
            _ => new(
                code, outcome, problem, "What is done stands and is recorded; clients of every version go on working.",
                $"{whatToDo} {Onward}".TrimStart(), cause),
        };

    private static string Words(MigrationState state) => state switch
    {
        MigrationState.Starting => "half started",
        MigrationState.Started => "started",
        MigrationState.Completing => "half completed",
        MigrationState.RollingBack => "half rolled back",
        _ => "complete",
    };

    private static string Detail(PostgresException e) => string.IsNullOrEmpty(e.Detail) ? "" : $" {e.Detail}";

    private static string Place(SqlPlace? at) =>
        at is null ? "" : string.Create(CultureInfo.InvariantCulture, $" at line {at.Line}, column {at.Column}");

    private static string Line(SqlPlace? at) => at is null ? "" : $"\n    {at.Text.Trim()}\n";

    private static string Among(ImmutableArray<string> offenders) =>
        offenders.IsEmpty ? "" : $"Among the rows: {string.Join("; ", offenders)}.\n";

    private static string Holders(ImmutableArray<LockHolder> holders) => holders.IsEmpty
        ? "Who held it could not be seen."
        : $"It was held by {string.Join("; ", holders.Select(Describe))}.";

    // PostgreSQL gives a prepared transaction no process.
    private static string Describe(LockHolder holder) =>
        $"{(holder.ProcessId == 0 ? "a prepared transaction" : $"process {holder.ProcessId}")} ({holder.Application ?? "?"}, {holder.State ?? "?"}"
        + (holder.TransactionAge is { } age ? $", transaction of {age.TotalSeconds:0.0} s)" : ")")
        + (holder.Query is { } query ? $": {OneLine(query)}" : "");

    private static string OneLine(string query)
    {
        var line = string.Join(' ', query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestQuery ? line : $"{line[..LongestQuery]}...";
    }
}
