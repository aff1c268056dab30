namespace Lockkeeper.Migrations.Format;

/// <summary>What the name of a file tells: the migration's name, and the syntax inside.</summary>
internal static class MigrationFileName
{
    public static bool IsMigration(string fileName) => Syntax(fileName) is not null;

    /// <summary>The file's name without folder and without its last extension.</summary>
    public static string NameOf(string fileName)
    {
        var name = Path.GetFileNameWithoutExtension(fileName);
        if (name.Length == 0)
        {
            FormatProblems.Refuse(
                FormatCodes.UnsupportedFileName, SourcePosition.Whole(fileName),
                "The file has no name before its extension.",
                "Name it after the migration, such as 02_add_note.yaml.");
        }

        return name;
    }

    public static MigrationSyntax SyntaxOf(string fileName)
    {
        if (Syntax(fileName) is not { } syntax)
        {
            FormatProblems.Refuse(
                FormatCodes.UnsupportedFileName, SourcePosition.Whole(fileName),
                "The file's extension is not one of .json, .yaml, .yml.",
                "Rename the file.");
            return default;
        }

        return syntax;
    }

    private static MigrationSyntax? Syntax(string fileName) => Path.GetExtension(fileName).ToUpperInvariant() switch
    {
        ".JSON" => MigrationSyntax.Json,
        ".YAML" or ".YML" => MigrationSyntax.Yaml,
        _ => null,
    };
}
