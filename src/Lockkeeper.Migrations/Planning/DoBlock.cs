using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Statements in PL/pgSQL; most fail when a query finds something.</summary>
internal static class DoBlock
{
    /// <summary>A statement that changes nothing and fails if the query has a row.</summary>
    /// <param name="query">The query.</param>
    /// <param name="message">What is then wrong.</param>
    /// <param name="sqlState">Under which SQLSTATE.</param>
    public static string FailingIf(string query, string message, string sqlState)
    {
        return Of($"""
            BEGIN
                IF EXISTS ({query}) THEN
                    RAISE EXCEPTION USING MESSAGE = {new Literal(message)}, ERRCODE = {new Literal(sqlState)};
                END IF;
            END
            """);
    }

    /// <summary>The block as a statement.</summary>
    /// <param name="block">From DECLARE or BEGIN to END.</param>
    public static string Of(string block)
    {
        var body = $"\n{block}\n";
        var tag = "$lockkeeper$";
        for (var i = 1; body.Contains(tag, StringComparison.Ordinal); i++)
        {
            tag = $"$lockkeeper{i}$";
        }

        return $"DO {tag}{body}{tag}";
    }
}
