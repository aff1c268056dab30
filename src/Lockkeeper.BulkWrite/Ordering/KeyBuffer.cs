using System.Buffers.Binary;
using System.Text;

namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>Keys as bytes whose order is the order of the keys: one encoding for sorting, for telling duplicates and for hashing.</summary>
/// <remarks>Each part ends where it can be told to end, so that the bytes of a key of several parts compare part by part.</remarks>
internal sealed class KeyBuffer
{
    // What ends a text and a byte string; a byte string's own zeros are followed by 0xFF, so that they come behind its end.
    private const byte End = 0x00;
    private const byte ZeroInside = 0xFF;

    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Forgets what was written behind a place.</summary>
    public void CutTo(int length) => Length = length;

    /// <remarks>With the sign bit flipped, the order of the bytes is the order of the numbers.</remarks>
    public void Append(long value) =>
        BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(long)), unchecked((ulong)value) ^ (1UL << 63));

    public void Append(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    /// <remarks>PostgreSQL compares the sixteen bytes; Guid.CompareTo compares its first three fields as numbers, ToByteArray swaps them.</remarks>
    public void Append(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    /// <remarks>The order of UTF-8 is that of the code points. That of .NET's strings is not: surrogates come before U+E000.</remarks>
    public void Append(ReadOnlySpan<char> value)
    {
        var room = Take(Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, room);
        room[^1] = End;
    }

    public void Append(ReadOnlySpan<byte> value)
    {
        var zeros = value.Count(End);
        var room = Take(value.Length + zeros + 2);
        var place = 0;
        foreach (var one in value)
        {
            room[place++] = one;
            if (one == End)
            {
                room[place++] = ZeroInside;
            }
        }

        room[place] = End;
        room[place + 1] = End;
    }

    /// <remarks>
    /// 1. A byte for the sign: 0 negative, 1 zero, 2 positive.
    /// 2. The place of the first digit, then the digits without zeros at the end: 1.0 and 1.00 are one key, as they are to the server.
    /// 3. Every byte of a negative number is turned over, since there the larger amount comes first.
    /// </remarks>
    public void Append(decimal value)
    {
        if (value == 0)
        {
            Take(1)[0] = 1;
            return;
        }

        Span<char> text = stackalloc char[32];
        decimal.Abs(value).TryFormat(text, out var length, provider: System.Globalization.CultureInfo.InvariantCulture);
        text = text[..length];
        var point = text.IndexOf('.') is var found && found < 0 ? length : found;
        Span<byte> digits = stackalloc byte[32];
        var count = 0;
        var first = 0;
        for (var i = 0; i < length; i++)
        {
            if (text[i] != '.' && (count > 0 || text[i] != '0'))
            {
                first = count == 0 ? (i < point ? point - i : point - i + 1) : first;
                digits[count++] = (byte)(text[i] - '0' + 1);
            }
        }

        count = digits[..count].TrimEnd((byte)1).Length;
        var room = Take(count + 3);
        room[0] = 2;
        room[1] = (byte)(128 + first);
        digits[..count].CopyTo(room[2..]);
        room[^1] = End;
        if (value < 0)
        {
            foreach (ref var one in room)
            {
                one ^= 0xFF;
            }

            room[0] = 0;
        }
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
