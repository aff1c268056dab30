namespace Lockkeeper.Server.Scripting;

/// <summary>Finds the tokens of SQL by the rules of section 4.1 of the manual. What is not closed reaches to the end of the text.</summary>
/// <param name="sql">The text.</param>
/// <param name="standardStrings">The session's <c>standard_conforming_strings</c>: whether a backslash in a plain constant is only that.</param>
internal sealed class SqlScanner(string sql, bool standardStrings)
{
    private int _at;

    public IEnumerable<SqlToken> Tokens()
    {
        while (SkipToToken())
        {
            var start = _at;
            var kind = Read();
            yield return new SqlToken(kind, start, _at);
        }
    }

    public static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    private bool SkipToToken()
    {
        while (_at < sql.Length && (IsBlank(sql[_at]) || Looking("--") || Looking("/*")))
        {
            if (IsBlank(sql[_at]))
            {
                _at++;
            }
            else if (sql[_at] == '-')
            {
                SkipLine();
            }
            else
            {
                SkipComment();
            }
        }

        return _at < sql.Length;
    }

    private SqlTokenKind Read()
    {
        switch (sql[_at])
        {
            case '\'':
                SkipConstant(backslashes: !standardStrings);
                return SqlTokenKind.Quoted;
            case '"':
                SkipQuotes('"', backslashes: false);
                return SqlTokenKind.Quoted;
            case '$':
                return ReadDollar();
            case var c when IsNameStart(c):
                return ReadWord();
            default:
                _at++;
                return SqlTokenKind.Symbol;
        }
    }

    // A dollar inside of a name belongs to the name, so a$b$ opens nothing.
    private SqlTokenKind ReadWord()
    {
        var start = _at;
        while (_at < sql.Length && (IsNameStart(sql[_at]) || char.IsAsciiDigit(sql[_at]) || sql[_at] == '$'))
        {
            _at++;
        }

        if (_at < sql.Length && sql[_at] == '\'' && _at == start + 1 && sql[start] is 'e' or 'E' or 'n' or 'N' or 'b' or 'B' or 'x' or 'X')
        {
            SkipConstant(backslashes: sql[start] is 'e' or 'E' || (!standardStrings && sql[start] is 'n' or 'N'));
            return SqlTokenKind.Quoted;
        }

        return SqlTokenKind.Word;
    }

    private SqlTokenKind ReadDollar()
    {
        var end = _at + 1;
        while (end < sql.Length && (IsNameStart(sql[end]) || (end > _at + 1 && char.IsAsciiDigit(sql[end]))))
        {
            end++;
        }

        if (end == sql.Length || sql[end] != '$')
        {
            _at++;
            return SqlTokenKind.Symbol;
        }

        var tag = sql[_at..(end + 1)];
        var close = sql.IndexOf(tag, end + 1, StringComparison.Ordinal);
        _at = close < 0 ? sql.Length : close + tag.Length;
        return SqlTokenKind.Quoted;
    }

    // Constants that only blanks with a line break part are one constant, and the rules of its beginning hold to its end.
    private void SkipConstant(bool backslashes)
    {
        SkipQuotes('\'', backslashes);
        while (backslashes)
        {
            var end = _at;
            var line = false;
            while (_at < sql.Length && (IsBlank(sql[_at]) || Looking("--")))
            {
                line |= sql[_at] is '\n' or '\r';
                if (sql[_at] == '-')
                {
                    SkipLine();
                }
                else
                {
                    _at++;
                }
            }

            if (!line || _at == sql.Length || sql[_at] != '\'')
            {
                _at = end;
                return;
            }

            SkipQuotes('\'', backslashes);
        }
    }

    // A doubled quote stands for itself.
    private void SkipQuotes(char quote, bool backslashes)
    {
        for (_at++; _at < sql.Length; _at++)
        {
            if (backslashes && sql[_at] == '\\')
            {
                _at++;
            }
            else if (sql[_at] == quote)
            {
                _at++;
                if (_at == sql.Length || sql[_at] != quote)
                {
                    return;
                }
            }
        }

        _at = sql.Length;
    }

    private void SkipLine()
    {
        while (_at < sql.Length && sql[_at] is not ('\n' or '\r'))
        {
            _at++;
        }
    }

    // Such comments nest, unlike those of C.
    private void SkipComment()
    {
        var depth = 0;
        do
        {
            if (Looking("/*"))
            {
                (depth, _at) = (depth + 1, _at + 2);
            }
            else if (Looking("*/"))
            {
                (depth, _at) = (depth - 1, _at + 2);
            }
            else
            {
                _at++;
            }
        }
        while (depth > 0 && _at < sql.Length);
    }

    private bool Looking(string what) => string.CompareOrdinal(sql, _at, what, 0, what.Length) == 0;

    // Every character beyond ASCII may be in a name.
    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';
}
