namespace Lockkeeper.Model.Naming;

/// <summary>A string value inside a statement that takes no parameters, such as COMMENT ON or a trigger's WHEN clause.</summary>
/// <param name="Value">The text as the server shall see it.</param>
public readonly record struct Literal(string Value)
{
    /// <summary>The value as SQL text, right whatever <c>standard_conforming_strings</c> says.</summary>
    public override string ToString()
    {
        var quoted = Value.Replace("'", "''", StringComparison.Ordinal);
        // A backslash means the same under both settings only in the E'' form (manual, 4.1.2.2).
        return quoted.Contains('\\', StringComparison.Ordinal)
            ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{quoted}'";
    }
}
