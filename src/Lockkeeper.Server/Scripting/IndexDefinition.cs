using System.Collections.Immutable;

namespace Lockkeeper.Server.Scripting;

/// <summary>Reads the definition of an index as the server prints it.</summary>
public static class IndexDefinition
{
    /// <summary>The names of the columns in their order; of a key that is an expression, what it begins with.</summary>
    /// <param name="definition">Such as <c>CREATE INDEX i ON public.t USING btree (a, "B" DESC, c text_pattern_ops)</c>.</param>
    public static ImmutableArray<string> ColumnsOf(string definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var columns = ImmutableArray.CreateBuilder<string>();
        var depth = 0;
        var isColumn = false;
        foreach (var token in new SqlScanner(definition, standardStrings: true).Tokens())
        {
            var text = definition[token.Start..token.End];
            if (isColumn)
            {
                columns.Add(token.Kind == SqlTokenKind.Quoted ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : text);
            }

            depth += text switch { "(" => 1, ")" => -1, _ => 0 };
            isColumn = depth == 1 && text is "(" or ",";
            if (depth == 0 && columns.Count > 0)
            {
                break;
            }
        }

        return columns.ToImmutable();
    }
}
