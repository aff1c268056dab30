namespace Lockkeeper.Migrations.State;

/// <summary>An object by what it stays itself by, whatever it is called and wherever it is moved.</summary>
/// <param name="Catalog">The catalog's number.</param>
/// <param name="Oid">Its number in it.</param>
internal sealed record MadeObject(uint Catalog, uint Oid);
