using System.Buffers;
using System.Text;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>
/// What can be told of a value before it is sent: whether the server will take it, and whether the driver will. Either would name no row of an
/// array, and the driver gives the connection up when it stumbles in the middle of a message.
/// </summary>
internal static class ValueCheck
{
    // Under the driver's old behaviour it takes every kind of DateTime (https://www.npgsql.org/doc/types/datetime.html).
    private const string LegacySwitch = "Npgsql.EnableLegacyTimestampBehavior";

    /// <summary>Says what is wrong with a value; null when nothing is.</summary>
    public delegate string? Check<in TValue>(TValue value);

    /// <summary>What is to be checked of values of a type for a column; null when every value fits.</summary>
    public static Check<TValue>? Of<TValue>(ColumnFacts facts) => (Check<TValue>?)Find(typeof(TValue), facts);

    private static Delegate? Find(Type type, ColumnFacts facts)
    {
        if (type == typeof(string))
        {
            return new Check<string?>(value => value is null ? null : OfText(value, facts.MaxCharacters));
        }

        if (facts.IsArray)
        {
            return null;
        }

        return facts.TypeName switch
        {
            "int2" when type != typeof(short) && type != typeof(short?) => Integer(type, short.MinValue, short.MaxValue),
            "int4" => type == typeof(long) || type == typeof(long?) ? Integer(type, int.MinValue, int.MaxValue) : null,
            "numeric" => Numeric(type, facts),
            "timestamptz" => Moment(type, isUtc: true),
            "timestamp" => Moment(type, isUtc: false),
            _ => null,
        };
    }

    private static string? OfText(string value, int? max)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            return "it holds a NUL character, which no text of the server can";
        }

        if (max is null && !value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return null;
        }

        // The server counts characters, of which some are two units here; and cuts blanks off the end before it complains of the length.
        var characters = 0;
        var last = 0;
        for (var rest = value.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var units) != OperationStatus.Done)
            {
                return "it holds half of a surrogate pair, which is no character";
            }

            characters++;
            last = rune.Value == ' ' ? last : characters;
            rest = rest[units..];
        }

        return last > max ? $"{last} characters are more than {max}" : null;
    }

    private static Delegate? Integer(Type type, long least, long most)
    {
        return type == typeof(long) ? new Check<long>(Of)
            : type == typeof(long?) ? new Check<long?>(value => value is { } present ? Of(present) : null)
            : type == typeof(int) ? new Check<int>(value => Of(value))
            : type == typeof(int?) ? new Check<int?>(value => value is { } present ? Of(present) : null)
            : null;

        string? Of(long value) => value < least || value > most ? FormattableString.Invariant($"{value} is not between {least} and {most}") : null;
    }

    private static Delegate? Numeric(Type type, ColumnFacts facts)
    {
        // A decimal has 28 digits; what is beyond them it cannot exceed.
        if (facts is not { Precision: { } precision, Scale: >= 0 and <= 28 and var scale } || precision - scale is < 0 or > 27)
        {
            return null;
        }

        var limit = 1m;
        for (var digit = 0; digit < precision - scale; digit++)
        {
            limit *= 10;
        }

        return type == typeof(decimal) ? new Check<decimal>(Of)
            : type == typeof(decimal?) ? new Check<decimal?>(value => value is { } present ? Of(present) : null)
            : null;

        string? Of(decimal value) => Math.Abs(decimal.Round(value, scale, MidpointRounding.AwayFromZero)) >= limit
            ? FormattableString.Invariant($"{value} has more than {precision - scale} digits before the point") : null;
    }

    private static Delegate? Moment(Type type, bool isUtc)
    {
        if (AppContext.TryGetSwitch(LegacySwitch, out var isLegacy) && isLegacy)
        {
            return null;
        }

        return type == typeof(DateTime) ? new Check<DateTime>(OfTime)
            : type == typeof(DateTime?) ? new Check<DateTime?>(value => value is { } present ? OfTime(present) : null)
            : type == typeof(DateTimeOffset) && isUtc ? new Check<DateTimeOffset>(OfOffset)
            : type == typeof(DateTimeOffset?) && isUtc ? new Check<DateTimeOffset?>(value => value is { } present ? OfOffset(present) : null)
            : null;

        string? OfTime(DateTime value) => (value.Kind == DateTimeKind.Utc) == isUtc ? null
            : isUtc ? $"a DateTime of kind {value.Kind} is no moment; the driver takes only UTC for a timestamp with time zone"
            : "a DateTime in UTC is a moment; the driver does not take it for a timestamp without time zone";

        string? OfOffset(DateTimeOffset value) => value.Offset == TimeSpan.Zero ? null
            : "the driver takes only an offset of zero for a timestamp with time zone";
    }
}
