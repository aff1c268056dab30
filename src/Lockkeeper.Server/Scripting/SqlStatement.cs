namespace Lockkeeper.Server.Scripting;

/// <summary>One statement of a text of several.</summary>
/// <param name="Sql">The statement with the comments before it, without the semicolon that ends it.</param>
/// <param name="Start">Where it begins in the text, in UTF-16 units from zero.</param>
/// <param name="Kind">Whether it can run among others.</param>
public sealed record SqlStatement(string Sql, int Start, SqlStatementKind Kind)
{
    /// <summary>How long the comments before its first word are, and the blanks between: its first word begins there.</summary>
    public int Comments { get; init; }
}
