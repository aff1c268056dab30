namespace Lockkeeper.Server.Compiling;

/// <summary>What the server makes of a column's type and default.</summary>
/// <param name="Type">The type in the server's words, modifiers included.</param>
/// <param name="BaseType">The same without modifiers, usable in a cast that cuts nothing off.</param>
/// <param name="Default">The default in the server's words; null when there is none, or when it is just NULL.</param>
/// <param name="DefaultNeedsRewrite">Whether adding the column with this default would write every row again.</param>
public sealed record DescribedColumn(string Type, string BaseType, string? Default, bool DefaultNeedsRewrite)
{
    /// <summary>Whether adding the column writes every row again whatever its default is: the type is a domain with constraints.</summary>
    public bool TypeNeedsRewrite { get; init; }
}
