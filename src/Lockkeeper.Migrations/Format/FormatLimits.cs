namespace Lockkeeper.Migrations.Format;

/// <summary>How large a migration file may be. Far above any that was written for a purpose.</summary>
internal static class FormatLimits
{
    /// <summary>The deepest file pgroll's format can describe has about ten levels.</summary>
    public const int MaxDepth = 64;

    /// <summary>Counts what aliases repeat: a few lines of YAML could otherwise stand for billions of values.</summary>
    public const int MaxNodes = 200_000;

    /// <summary>In UTF-8 bytes. Room for every value to have a name and a line of SQL.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;
}
