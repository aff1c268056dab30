namespace Lockkeeper.Migrations.Format;

/// <summary>Refuses text, made by an escape, that the server could not store: NUL, and half a surrogate pair.</summary>
internal static class ScalarCheck
{
    public static string Storable(string text, SourcePosition at, FormatProblems problems)
    {
        var bad = FirstUnstorable(text);
        if (bad >= 0)
        {
            problems.Add(
                FormatCodes.Syntax, at, $"This text holds U+{(int)text[bad]:X4}, which PostgreSQL cannot store.",
                "Remove the escape.");
        }

        return text;
    }

    private static int FirstUnstorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (text[i] == '\0' || char.IsSurrogate(text[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
