namespace Lockkeeper.Migrations.Format;

/// <summary>What a migration file is written in.</summary>
public enum MigrationSyntax
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,
}
