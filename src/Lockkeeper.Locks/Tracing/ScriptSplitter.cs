using System.Collections.Immutable;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Cuts a script into its statements, as psql does: at semicolons that are in no string, name, comment, or SQL-standard function body.</summary>
internal sealed class ScriptSplitter
{
    private readonly string _text;
    private readonly ImmutableArray<ScriptStatement>.Builder _statements = ImmutableArray.CreateBuilder<ScriptStatement>();
    private int _at;
    private int _begin = -1;
    private int _depth;
    private string _word = "";

    private ScriptSplitter(string text) => _text = text;

    public static ImmutableArray<ScriptStatement> Split(string text)
    {
        var splitter = new ScriptSplitter(text);
        while (splitter._at < text.Length)
        {
            splitter.Step();
        }

        splitter.End();
        return splitter._statements.ToImmutable();
    }

    private char Current => _text[_at];

    private void Step()
    {
        if (Looking("--"))
        {
            SkipTo("\n", includingEnd: false);
        }
        else if (Looking("/*"))
        {
            SkipComment();
        }
        else if (Current == ';' && _depth == 0)
        {
            End();
            _at++;
        }
        else if (char.IsWhiteSpace(Current))
        {
            _at++;
        }
        else
        {
            _begin = _begin < 0 ? _at : _begin;
            SkipToken();
        }
    }

    private void SkipToken()
    {
        if (Current == '\'')
        {
            SkipQuoted('\'', backslashes: _word is "E" or "e" && _at > 0 && _text[_at - 1] is 'E' or 'e');
        }
        else if (Current == '"')
        {
            SkipQuoted('"', backslashes: false);
        }
        else if (Current == '$' && DollarTag() is { } tag)
        {
            _at += tag.Length;
            SkipTo(tag, includingEnd: true);
        }
        else if (char.IsLetter(Current) || Current == '_')
        {
            var from = _at;
            while (_at < _text.Length && (char.IsLetterOrDigit(Current) || Current is '_' or '$'))
            {
                _at++;
            }

            Count(_text[from.._at]);
        }
        else
        {
            _at++;
        }
    }

    // BEGIN ATOMIC ... END is the body of a function, with semicolons of its own; CASE ends with END, too.
    private void Count(string word)
    {
        if (_depth == 0 ? IsWord("ATOMIC") && string.Equals(_word, "BEGIN", StringComparison.OrdinalIgnoreCase) : IsWord("CASE"))
        {
            _depth++;
        }
        else if (_depth > 0 && IsWord("END"))
        {
            _depth--;
        }

        _word = word;

        bool IsWord(string other) => string.Equals(word, other, StringComparison.OrdinalIgnoreCase);
    }

    private void SkipQuoted(char quote, bool backslashes)
    {
        for (_at++; _at < _text.Length && Current != quote; _at++)
        {
            _at += backslashes && Current == '\\' ? 1 : 0;
        }

        _at = Math.Min(_at + 1, _text.Length);
        _word = "";
    }

    private void SkipComment()
    {
        var depth = 0;
        do
        {
            depth += Looking("/*") ? 1 : Looking("*/") ? -1 : 0;
            _at += Looking("/*") || Looking("*/") ? 2 : 1;
        }
        while (depth > 0 && _at < _text.Length);
    }

    private void SkipTo(string end, bool includingEnd)
    {
        var found = _text.IndexOf(end, _at, StringComparison.Ordinal);
        _at = found < 0 ? _text.Length : found + (includingEnd ? end.Length : 0);
    }

    private string? DollarTag()
    {
        var end = _at + 1;
        while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] == '_'))
        {
            end++;
        }

        return end < _text.Length && _text[end] == '$' && !char.IsDigit(_text[_at + 1]) ? _text[_at..(end + 1)] : null;
    }

    private bool Looking(string at) => string.CompareOrdinal(_text, _at, at, 0, at.Length) == 0;

    private void End()
    {
        if (_begin >= 0)
        {
            _statements.Add(new ScriptStatement(1 + _text.AsSpan(0, _begin).Count('\n'), _text[_begin..Math.Min(_at, _text.Length)].TrimEnd()));
        }

        _begin = -1;
        _depth = 0;
        _word = "";
    }
}
