namespace Lockkeeper.Server.Scripting;

/// <summary>As much of what a token is as finding the end of a statement needs.</summary>
internal enum SqlTokenKind
{
    /// <summary>A keyword, or a name without quotes.</summary>
    Word,

    /// <summary>A constant or a name in quotes of any kind.</summary>
    Quoted,

    /// <summary>One character of anything else.</summary>
    Symbol,
}
