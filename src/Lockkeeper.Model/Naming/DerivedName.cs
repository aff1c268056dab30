using System.Security.Cryptography;
using System.Text;

namespace Lockkeeper.Model.Naming;

/// <summary>Names that Lockkeeper makes out of users' names, kept inside the server's 63 bytes without two becoming one.</summary>
public static class DerivedName
{
    private const int HashLength = 8;

    /// <summary>The parts joined by an underscore; cut and completed by a hash of the whole when that is too long.</summary>
    /// <param name="parts">What the name is made of; the same parts always give the same name.</param>
    public static Identifier Of(params ReadOnlySpan<string> parts)
    {
        var whole = string.Join('_', parts!);
        if (Encoding.UTF8.GetByteCount(whole) <= Identifier.MaxBytes)
        {
            return new Identifier(whole);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..HashLength];
        return new Identifier($"{Utf8Prefix(whole, Identifier.MaxBytes - HashLength - 1)}_{hash}");
    }

    // Never cuts inside a character: the server would refuse the half as invalid UTF-8.
    private static string Utf8Prefix(string value, int maxBytes)
    {
        var bytes = 0;
        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > maxBytes)
            {
                break;
            }

            bytes += rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }

        return value[..length];
    }
}
