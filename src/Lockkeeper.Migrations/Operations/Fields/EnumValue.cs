using System.Text;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>The rules for a value of an enumerated type.</summary>
internal static class EnumValue
{
    /// <summary>Reports a value that the server would not take: an empty one it would, but nobody means it.</summary>
    public static void Check(FieldReader reader, string key, string value)
    {
        // A value is kept in a column of type name, which is as long as an identifier (manual, 8.7.4).
        var bytes = Encoding.UTF8.GetByteCount(value);
        if (reader.Has(key) && bytes is 0 or > Identifier.MaxBytes)
        {
            reader.Refuse(
                reader.PositionOf(key), $"A value of an enumerated type has 1 to {Identifier.MaxBytes} bytes, and {Shown.Quoted(value)} has {bytes}.",
                "Choose a shorter word.", FormatCodes.InvalidName);
        }
    }
}
