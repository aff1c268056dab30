using System.Text;

namespace Lockkeeper.Migrations.Format;

/// <summary>Turns the text of a migration file into a tree that knows where everything stands.</summary>
internal static class MigrationText
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The tree of a file whose syntax its extension tells.</summary>
    /// <exception cref="MigrationFormatException">Names everything wrong with the text.</exception>
    public static Node Parse(string text, string fileName)
    {
        var problems = new FormatProblems();
        var root = Parse(text, fileName, MigrationFileName.SyntaxOf(fileName), problems);
        problems.ThrowIfAny();
        return root;
    }

    /// <summary>Throws for what makes the rest unreadable; adds what does not, such as a duplicate key.</summary>
    public static Node Parse(string text, string fileName, MigrationSyntax syntax, FormatProblems problems)
    {
        var source = new SourceText(fileName, text.TrimStart(ByteOrderMark));
        if (Encoding.UTF8.GetByteCount(text) > FormatLimits.MaxBytes)
        {
            MigrationFile.RefuseSize(fileName);
        }

        RefuseOddCharacters(source, syntax, problems);
        return syntax == MigrationSyntax.Json
            ? new JsonText(source, problems).Parse()
            : new YamlText(source, problems).Parse();
    }

    private static void RefuseOddCharacters(SourceText source, MigrationSyntax syntax, FormatProblems problems)
    {
        for (var i = 0; i < source.Text.Length; i++)
        {
            if (IsOdd(source.Text, i, syntax))
            {
                problems.Stop(
                    FormatCodes.Syntax, source.At(i),
                    $"The character U+{(int)source.Text[i]:X4} cannot stand in this file.",
                    "Remove it, or write it as an escape inside double quotes; is this a text file?");
            }
        }
    }

    // NUL matters most: the YAML scanner takes it for the end of the file and would drop what follows without a word.
    // YAML 1.1 takes the last three for line breaks and folds them into spaces, which changes SQL (spec 1.1, 5.4).
    private static bool IsOdd(string text, int index, MigrationSyntax syntax) => text[index] switch
    {
        '\t' or '\n' or '\r' => false,
        < ' ' => true,
        '\u0085' or '\u2028' or '\u2029' => syntax == MigrationSyntax.Yaml,
        var c when char.IsSurrogate(c) => !IsPaired(text, index),
        _ => false,
    };

    private static bool IsPaired(string text, int index) => char.IsHighSurrogate(text[index])
        ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
        : index > 0 && char.IsHighSurrogate(text[index - 1]);
}
