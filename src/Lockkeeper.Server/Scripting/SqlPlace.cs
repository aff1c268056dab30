namespace Lockkeeper.Server.Scripting;

/// <summary>A place in a text of SQL.</summary>
/// <param name="Line">The line, from one.</param>
/// <param name="Column">The character of the line, from one.</param>
/// <param name="Text">The line as it is.</param>
public sealed record SqlPlace(int Line, int Column, string Text)
{
    /// <summary>The place in a text at which a statement of it begins, with its comments left out, or at which the server found something wrong.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="position">The character that the server names, from one; zero when it names none.</param>
    public static SqlPlace Of(string sql, SqlStatement statement, int position)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(statement);
        return At(sql, statement.Start + (position > 0
            ? IndexOf(statement.Sql, position)
            : new SqlScanner(statement.Sql, standardStrings: true).Tokens().First().Start));
    }

    private static SqlPlace At(string sql, int index)
    {
        var before = sql.AsSpan(0, index);
        var start = before.LastIndexOf('\n') + 1;
        var end = sql.IndexOf('\n', index);
        var column = 1;
        foreach (var _ in sql.AsSpan(start, index - start).EnumerateRunes())
        {
            column++;
        }

        return new SqlPlace(before.Count('\n') + 1, column, sql[start..(end < 0 ? sql.Length : end)].TrimEnd('\r'));
    }

    // The server counts characters, where a text here counts two for some of them.
    private static int IndexOf(string sql, int position)
    {
        var index = 0;
        foreach (var rune in sql.EnumerateRunes())
        {
            if (--position == 0)
            {
                return index;
            }

            index += rune.Utf16SequenceLength;
        }

        return index;
    }
}
