using System.Text;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads single values by type. No value is turned into another type.</summary>
/// <remarks>After adding a problem each gives null.</remarks>
internal static class ScalarFields
{
    public static string? AsText(this Node node, string what, FormatProblems problems)
    {
        if (node is ScalarNode { Kind: ScalarKind.Text } text)
        {
            return text.Text;
        }

        WrongType(
            node, what, "text", problems,
            node is ScalarNode { Kind: not ScalarKind.Null } scalar
                ? $"Put it in quotes: {Shown.Quoted(scalar.Text)}."
                : "Write a text.");
        return null;
    }

    public static bool? AsFlag(this Node node, string what, FormatProblems problems)
    {
        if (node is ScalarNode { Kind: ScalarKind.Boolean } flag)
        {
            return flag.IsTrue;
        }

        var quoted = node is ScalarNode { Text: "true" or "false", Kind: ScalarKind.Text };
        WrongType(node, what, "true or false", problems, quoted ? "Remove the quotes." : "Write true or false.");
        return null;
    }

    public static Identifier? AsName(this Node node, string what, FormatProblems problems)
    {
        if (node.AsText(what, problems) is not { } text)
        {
            return null;
        }

        return IdentifierOf(text, node.At, what, problems);
    }

    public static Identifier? IdentifierOf(string text, SourcePosition at, string what, FormatProblems problems)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        switch (bytes)
        {
            case 0:
                problems.Add(FormatCodes.InvalidName, at, $"{what} is an empty name.", "Give it a name.");
                return null;
            case > Identifier.MaxBytes:
                problems.Add(
                    FormatCodes.InvalidName, at,
                    $"{what} is {bytes} bytes long, but PostgreSQL keeps {Identifier.MaxBytes} and would cut the rest.",
                    "Choose a shorter name.");
                return null;
            default:
                // The parsers have reported a NUL already.
                return text.Contains('\0', StringComparison.Ordinal) ? null : new Identifier(text);
        }
    }

    public static void WrongType(Node node, string what, string wanted, FormatProblems problems, string remedy) =>
        problems.Add(FormatCodes.WrongType, node.At, $"{what} must be {wanted}, but {node.Described}.", remedy);
}
