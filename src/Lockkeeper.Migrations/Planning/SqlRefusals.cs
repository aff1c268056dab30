using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Why SQL of the user's is refused beside other operations.</summary>
internal static class SqlRefusals
{
    private const string Elsewhere = "give it a migration of its own, or set \"onComplete\": true.";

    public static InvalidMigrationException NotAlone(SourcePosition at, string serverMessage, Exception cause) => new(
        "LK1114", at, $"This \"sql\" operation cannot run in a transaction, so it must be the only operation of its migration: {serverMessage}.",
        "Give it a migration of its own, or set \"onComplete\": true.", cause);

    public static InvalidMigrationException TouchesPending(SourcePosition at, Identifier table) => new(
        "LK1171", at,
        $"The SQL touches table {table}, which an operation before it changes, and it would find the table as it is now: that change is there only when the "
        + "migration is completed.",
        $"Put the SQL before that operation, {Elsewhere}");

    public static InvalidMigrationException TooLong(SourcePosition at, Exception cause) => new(
        "LK1172", at,
        $"The SQL took longer than {SqlRehearsal.Longest.TotalSeconds:0} s when it was tried, and was undone: beside other operations it is tried, to know what they find.",
        $"Take what takes long out of it, {Elsewhere}", cause);

    public static InvalidMigrationException Refused(SourcePosition at, string serverMessage, Exception cause) => new(
        "LK1173", at, $"The server refuses the SQL: {serverMessage}.",
        "Correct it. Columns and tables go by the names that they have now; those that the migration gives them are there when it is completed.", cause);
}
