using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Connections;

/// <summary>Yes or no given as text by a variable, in the spellings that pgroll takes.</summary>
internal static class Switches
{
    public static bool Read(string text, string variable) => text.ToUpperInvariant() switch
    {
        "TRUE" or "T" or "1" or "YES" or "ON" => true,
        "FALSE" or "F" or "0" or "NO" or "OFF" => false,
        _ => throw new UsageException($"{variable} must be true or false; \"{text}\" was given."),
    };
}
