namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>How values of a .NET type become the bytes of a key. Known types only, chosen without reflection, so that it works when trimmed.</summary>
internal static class KeyEncoding
{
    private static readonly long UnixEpochInMicroseconds = DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Writes one value; false when it is null, and then nothing was written.</summary>
    public delegate bool Append<in TValue>(KeyBuffer buffer, KeyKind kind, TValue value);

    /// <summary>The encoding of a type, or null when it cannot be part of a key.</summary>
    public static Append<TValue>? Of<TValue>() => (Append<TValue>?)Find(typeof(TValue));

    /// <summary>Whether values of the type are told apart as the server tells those of the column apart.</summary>
    public static bool Fits(Type type, KeyKind kind)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return kind switch
        {
            KeyKind.Integer => type == typeof(long) || type == typeof(int) || type == typeof(short),
            KeyKind.Numeric => type == typeof(decimal) || type == typeof(long) || type == typeof(int) || type == typeof(short),
            KeyKind.Text or KeyKind.BlankPadded => type == typeof(string),
            KeyKind.Bytes => type == typeof(byte[]),
            KeyKind.Uuid => type == typeof(Guid),
            KeyKind.Date => type == typeof(DateOnly),
            KeyKind.Timestamp => type == typeof(DateTime) || type == typeof(DateTimeOffset),
            _ => type == typeof(bool),
        };
    }

    private static Delegate? Find(Type type) =>
        type == typeof(string) ? new Append<string?>(Text)
        : type == typeof(byte[]) ? new Append<byte[]?>(Bytes)
        : type == typeof(long) ? Always<long>(Number)
        : type == typeof(long?) ? Unless<long>(Number)
        : type == typeof(int) ? Always<int>((b, k, v) => Number(b, k, v))
        : type == typeof(int?) ? Unless<int>((b, k, v) => Number(b, k, v))
        : type == typeof(short) ? Always<short>((b, k, v) => Number(b, k, v))
        : type == typeof(short?) ? Unless<short>((b, k, v) => Number(b, k, v))
        : type == typeof(decimal) ? Always<decimal>((b, _, v) => b.Append(v))
        : type == typeof(decimal?) ? Unless<decimal>((b, _, v) => b.Append(v))
        : type == typeof(Guid) ? Always<Guid>((b, _, v) => b.Append(v))
        : type == typeof(Guid?) ? Unless<Guid>((b, _, v) => b.Append(v))
        : type == typeof(bool) ? Always<bool>((b, _, v) => b.Append(v))
        : type == typeof(bool?) ? Unless<bool>((b, _, v) => b.Append(v))
        : FindTime(type);

    private static Delegate? FindTime(Type type) =>
        type == typeof(DateOnly) ? Always<DateOnly>((b, _, v) => b.Append((long)v.DayNumber))
        : type == typeof(DateOnly?) ? Unless<DateOnly>((b, _, v) => b.Append((long)v.DayNumber))
        : type == typeof(DateTime) ? Always<DateTime>((b, _, v) => b.Append(Microseconds(v.Ticks)))
        : type == typeof(DateTime?) ? Unless<DateTime>((b, _, v) => b.Append(Microseconds(v.Ticks)))
        : type == typeof(DateTimeOffset) ? Always<DateTimeOffset>((b, _, v) => b.Append(Microseconds(v.UtcTicks)))
        : type == typeof(DateTimeOffset?) ? Unless<DateTimeOffset>((b, _, v) => b.Append(Microseconds(v.UtcTicks)))
        : null;

    private static Append<TValue> Always<TValue>(Action<KeyBuffer, KeyKind, TValue> write) => (buffer, kind, value) =>
    {
        write(buffer, kind, value);
        return true;
    };

    private static Append<TValue?> Unless<TValue>(Action<KeyBuffer, KeyKind, TValue> write) where TValue : struct => (buffer, kind, value) =>
    {
        if (value is not { } present)
        {
            return false;
        }

        write(buffer, kind, present);
        return true;
    };

    private static void Number(KeyBuffer buffer, KeyKind kind, long value)
    {
        if (kind == KeyKind.Numeric)
        {
            buffer.Append((decimal)value);
        }
        else
        {
            buffer.Append(value);
        }
    }

    private static bool Text(KeyBuffer buffer, KeyKind kind, string? value)
    {
        if (value is null)
        {
            return false;
        }

        buffer.Append(kind == KeyKind.BlankPadded ? value.AsSpan().TrimEnd(' ') : value);
        return true;
    }

    private static bool Bytes(KeyBuffer buffer, KeyKind kind, byte[]? value)
    {
        if (value is null)
        {
            return false;
        }

        buffer.Append((ReadOnlySpan<byte>)value);
        return true;
    }

    // The server keeps microseconds, and Npgsql cuts the rest off.
    private static long Microseconds(long ticks) => (ticks / TimeSpan.TicksPerMicrosecond) - UnixEpochInMicroseconds;
}
