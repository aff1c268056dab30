namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>The names that stand for an integer with a sequence of its own (manual, 8.1.4).</summary>
internal static class SerialTypes
{
    /// <summary>The integer type behind a serial one, or null for every other type.</summary>
    public static string? IntegerOf(string type) => type.Trim().ToUpperInvariant() switch
    {
        "SMALLSERIAL" or "SERIAL2" => "smallint",
        "SERIAL" or "SERIAL4" => "integer",
        "BIGSERIAL" or "SERIAL8" => "bigint",
        _ => null,
    };
}
