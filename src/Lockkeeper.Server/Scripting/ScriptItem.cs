namespace Lockkeeper.Server.Scripting;

/// <summary>A part of a script: the statements that make one object.</summary>
/// <param name="Key">The object, by its catalog and number.</param>
/// <param name="Rank">Where it stands when nothing else says so.</param>
/// <param name="Name">Its name, by which equals are ordered.</param>
/// <param name="Sql">The statements.</param>
internal sealed record ScriptItem(string Key, int Rank, string Name, string Sql);
