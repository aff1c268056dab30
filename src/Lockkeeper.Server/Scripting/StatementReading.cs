namespace Lockkeeper.Server.Scripting;

/// <summary>One statement while its tokens are read: where it ends, and of which kind it is.</summary>
internal sealed class StatementReading(string sql, int start)
{
    // ROLLBACK TRANSACTION TO.
    private const int LongestBeginning = 3;

    private readonly RoutineBody _body = new();
    private readonly List<string> _beginning = [];
    private string _previous = "";
    private int _firstToken;
    private int _parentheses;
    private bool _copiesOverConnection;

    /// <summary>Not inside of parentheses, where CREATE RULE has its statements, nor of a routine's body.</summary>
    public bool IsEndedBy(SqlToken token) => !_body.IsOpen && _parentheses == 0 && token.Kind == SqlTokenKind.Symbol && sql[token.Start] == ';';

    public void Take(SqlToken token)
    {
        var text = token.Kind == SqlTokenKind.Quoted ? "" : sql[token.Start..token.End].ToUpperInvariant();
        _firstToken = _beginning.Count == 0 ? token.Start : _firstToken;
        if (_beginning.Count < LongestBeginning)
        {
            _beginning.Add(text);
        }

        _parentheses = text switch
        {
            "(" => _parentheses + 1,
            ")" => Math.Max(0, _parentheses - 1),
            _ => _parentheses,
        };
        _copiesOverConnection |= _parentheses == 0 && (_previous, text) is ("FROM", "STDIN") or ("TO", "STDOUT");
        _body.Take(text);
        _previous = text;
    }

    /// <summary>The statement with all of its comments, or null when it has nothing else.</summary>
    public SqlStatement? Statement(int end)
    {
        if (_beginning.Count == 0)
        {
            return null;
        }

        var first = start;
        while (SqlScanner.IsBlank(sql[first]))
        {
            first++;
        }

        return new SqlStatement(sql[first..end].TrimEnd(' ', '\t', '\n', '\r', '\f', '\v'), first, Kind())
        {
            Comments = _firstToken - first,
        };
    }

    private SqlStatementKind Kind() => _beginning switch
    {
        ["COPY", ..] when _copiesOverConnection => SqlStatementKind.CopyOverConnection,

        // These go back to a savepoint, inside of the transaction that is there.
        ["ROLLBACK", "TO", ..] or ["ROLLBACK", "WORK" or "TRANSACTION", "TO"] => SqlStatementKind.Plain,
        ["BEGIN" or "COMMIT" or "END" or "ABORT" or "ROLLBACK", ..] or ["START" or "PREPARE", "TRANSACTION", ..] => SqlStatementKind.Transaction,
        _ => SqlStatementKind.Plain,
    };
}
