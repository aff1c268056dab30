namespace Lockkeeper.Server.Scripting;

/// <summary>A part of SQL that is neither blank nor comment.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character behind it.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End);
