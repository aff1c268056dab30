using System.Collections.Immutable;

namespace Lockkeeper.Server.Scripting;

/// <summary>The words of a statement in capitals; a name with its schema is one word, and what is in quotes is empty.</summary>
internal static class StatementWords
{
    /// <summary>The words up to the first semicolon. Parentheses and commas are words, too.</summary>
    public static ImmutableArray<string> Of(string sql)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var isPartOfName = false;
        foreach (var token in new SqlScanner(sql, standardStrings: true).Tokens())
        {
            var text = token.Kind == SqlTokenKind.Quoted ? "" : sql[token.Start..token.End].ToUpperInvariant();
            if (text == ";")
            {
                break;
            }

            if (text == ".")
            {
                isPartOfName = true;
            }
            else if (isPartOfName)
            {
                isPartOfName = false;
            }
            else
            {
                words.Add(text);
            }
        }

        return words.ToImmutable();
    }
}
