using System.Buffers.Binary;

namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>The keys of some rows in canonical order; equal keys stand together, in the order of the input.</summary>
internal sealed class KeySet
{
    private readonly KeyBuffer _bytes;
    private readonly SortedKey[] _keys;

    private KeySet(KeyBuffer bytes, SortedKey[] keys)
    {
        _bytes = bytes;
        _keys = keys;
    }

    public int Count => _keys.Length;

    /// <summary>Reads and sorts the keys of rows 0 to <paramref name="rows"/>; rows for which nothing is written have none and are left out.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="append">Writes a row's key; false when a part of it is null.</param>
    public static KeySet Of(int rows, Func<int, KeyBuffer, bool> append)
    {
        var bytes = new KeyBuffer();
        var keys = new SortedKey[rows];
        var count = 0;
        var ordered = true;
        for (var row = 0; row < rows; row++)
        {
            var start = bytes.Length;
            if (!append(row, bytes))
            {
                bytes.CutTo(start);
                continue;
            }

            var key = bytes.Slice(start, bytes.Length - start);
            keys[count] = new SortedKey(PrefixOf(key), start, key.Length, row);
            ordered &= count == 0 || Compare(bytes, keys[count - 1], keys[count]) <= 0;
            count++;
        }

        Array.Resize(ref keys, count);
        return new KeySet(bytes, ordered ? keys : Sorted(keys, new ByBytes(bytes)));
    }

    /// <remarks>
    /// The first eight bytes are sorted as numbers, without a comparer; only keys that are alike there are compared as a whole.
    /// </remarks>
    private static SortedKey[] Sorted(SortedKey[] keys, ByBytes whole)
    {
        var prefixes = Array.ConvertAll(keys, key => key.Prefix);
        var places = new int[keys.Length];
        for (var place = 0; place < places.Length; place++)
        {
            places[place] = place;
        }

        Array.Sort(prefixes, places);
        var sorted = Array.ConvertAll(places, place => keys[place]);
        for (var first = 0; first < sorted.Length;)
        {
            var next = first + 1;
            while (next < sorted.Length && prefixes[next] == prefixes[first])
            {
                next++;
            }

            if (next - first > 1)
            {
                Array.Sort(sorted, first, next - first, whole);
            }

            first = next;
        }

        return sorted;
    }

    /// <summary>The row at a place of the canonical order.</summary>
    public int Row(int place) => _keys[place].Row;

    /// <summary>The key at a place of the canonical order.</summary>
    public ReadOnlySpan<byte> Key(int place) => _bytes.Slice(_keys[place].Start, _keys[place].Length);

    /// <summary>Whether the key at a place is the same as the one before it.</summary>
    public bool Repeats(int place) => place > 0 && Key(place).SequenceEqual(Key(place - 1));

    /// <summary>The same keys, each once: the first row of each stands for it.</summary>
    public KeySet Distinct() => new(_bytes, [.. Enumerable.Range(0, Count).Where(place => !Repeats(place)).Select(place => _keys[place])]);

    /// <summary>The same keys without those that a filter takes away.</summary>
    public KeySet Where(Func<int, bool> keepsRow) => new(_bytes, [.. _keys.Where(key => keepsRow(key.Row))]);

    /// <summary>The rows in canonical order.</summary>
    public int[] Rows() => Array.ConvertAll(_keys, key => key.Row);

    /// <summary>Whether each of these keys is among the others.</summary>
    public bool IsWithin(KeySet others)
    {
        var other = 0;
        for (var place = 0; place < Count; place++)
        {
            while (other < others.Count && Key(place).SequenceCompareTo(others.Key(other)) > 0)
            {
                other++;
            }

            if (other == others.Count || !Key(place).SequenceEqual(others.Key(other)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A row whose key is also among the others, or null.</summary>
    public int? RowAlsoIn(KeySet others)
    {
        var other = 0;
        for (var place = 0; place < Count; place++)
        {
            var order = 1;
            while (other < others.Count && (order = Key(place).SequenceCompareTo(others.Key(other))) > 0)
            {
                other++;
            }

            if (other < others.Count && order == 0)
            {
                return Row(place);
            }
        }

        return null;
    }

    private static ulong PrefixOf(ReadOnlySpan<byte> key)
    {
        Span<byte> first = stackalloc byte[sizeof(ulong)];
        first.Clear();
        key[..Math.Min(key.Length, sizeof(ulong))].CopyTo(first);
        return BinaryPrimitives.ReadUInt64BigEndian(first);
    }

    private static int Compare(KeyBuffer bytes, in SortedKey x, in SortedKey y)
    {
        var order = x.Prefix.CompareTo(y.Prefix);
        order = order != 0 ? order : bytes.Slice(x.Start, x.Length).SequenceCompareTo(bytes.Slice(y.Start, y.Length));
        return order != 0 ? order : x.Row.CompareTo(y.Row);
    }

    private sealed class ByBytes(KeyBuffer bytes) : IComparer<SortedKey>
    {
        public int Compare(SortedKey x, SortedKey y) => KeySet.Compare(bytes, x, y);
    }
}
