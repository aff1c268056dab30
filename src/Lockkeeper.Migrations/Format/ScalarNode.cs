namespace Lockkeeper.Migrations.Format;

/// <summary>A text, number, boolean or null. The text is what the file says, so that a message can repeat it.</summary>
internal sealed record ScalarNode(SourcePosition At, string Text, ScalarKind Kind) : Node(At)
{
    /// <summary>What a boolean says. YAML 1.1 has six words for the two values.</summary>
    public bool IsTrue => Text.ToUpperInvariant() is "TRUE" or "YES" or "ON";

    public override string Described => Kind switch
    {
        ScalarKind.Number => $"{Shown.Short(Text)} is a number",
        ScalarKind.Boolean => $"{Text} is a boolean",
        ScalarKind.Null => "it is null",
        _ => $"{Shown.Quoted(Text)} is text",
    };
}
