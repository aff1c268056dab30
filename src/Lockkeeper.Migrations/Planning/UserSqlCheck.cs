using System.Globalization;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Refuses what cannot run among other statements in one transaction with their record.</summary>
internal static class UserSqlCheck
{
    /// <param name="at">Where the SQL stands in its file.</param>
    /// <param name="sql">The SQL, or null.</param>
    /// <exception cref="InvalidMigrationException">LK1410: a statement ends a transaction, or reads rows from psql.</exception>
    public static void Refuse(SourcePosition at, string? sql)
    {
        if (sql is not null && SqlScript.Split(sql).FirstOrDefault(statement => statement.Kind != SqlStatementKind.Plain) is { } statement)
        {
            throw Refusal(at, statement, SqlPlace.Of(sql, statement, 0));
        }
    }

    private static InvalidMigrationException Refusal(SourcePosition at, SqlStatement statement, SqlPlace place)
    {
        var found = string.Create(
            CultureInfo.InvariantCulture, $"The SQL's line {place.Line}, column {place.Column} holds {Shown.Quoted(place.Text.Trim())}");
        return statement.Kind == SqlStatementKind.Transaction
            ? new InvalidMigrationException(
                "LK1410", at, $"{found}, and the SQL runs in a transaction that is not its own.",
                "Take BEGIN and COMMIT out: all of it is done wholly or not at all anyway.")
            : new InvalidMigrationException(
                "LK1410", at, $"{found}, and there is no psql at the other end that has rows to read or to take.",
                "Write the rows as INSERT, or load them outside of the migration.");
    }
}
