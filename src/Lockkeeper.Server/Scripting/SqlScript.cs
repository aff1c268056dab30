using System.Collections.Immutable;

namespace Lockkeeper.Server.Scripting;

/// <summary>Parts a text of SQL where its statements end, as psql does.</summary>
public static class SqlScript
{
    /// <summary>The statements in order; what holds nothing but blanks and comments is none.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="standardStrings">The session's <c>standard_conforming_strings</c>.</param>
    public static ImmutableArray<SqlStatement> Split(string sql, bool standardStrings = true)
    {
        ArgumentNullException.ThrowIfNull(sql);
        var statements = ImmutableArray.CreateBuilder<SqlStatement>();
        var reading = new StatementReading(sql, 0);
        foreach (var token in new SqlScanner(sql, standardStrings).Tokens())
        {
            if (!reading.IsEndedBy(token))
            {
                reading.Take(token);
                continue;
            }

            AddTo(statements, reading.Statement(token.Start));
            reading = new StatementReading(sql, token.End);
        }

        AddTo(statements, reading.Statement(sql.Length));
        return statements.ToImmutable();
    }

    private static void AddTo(ImmutableArray<SqlStatement>.Builder statements, SqlStatement? statement)
    {
        if (statement is not null)
        {
            statements.Add(statement);
        }
    }
}
