namespace Lockkeeper.Migrations.Format;

internal enum MigrationSyntax
{
    Json,
    Yaml,
}
