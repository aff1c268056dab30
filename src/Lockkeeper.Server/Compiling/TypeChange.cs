namespace Lockkeeper.Server.Compiling;

/// <summary>What the server would do to change a column's type.</summary>
/// <param name="Obstacle">What it would write again, or why it refuses, in words that go on "the server"; null when it changes only the catalog.</param>
/// <param name="Default">The column's default afterwards, in the server's words.</param>
public sealed record TypeChange(string? Obstacle, string? Default);
