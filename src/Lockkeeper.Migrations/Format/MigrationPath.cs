namespace Lockkeeper.Migrations.Format;

/// <summary>A migration's name and the file it is in.</summary>
internal sealed record MigrationPath(string Name, string Path);
