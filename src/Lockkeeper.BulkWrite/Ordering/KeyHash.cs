using System.Text;

namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>The 64-bit numbers under which gates are taken as advisory locks. Two keys with one number only wait for each other.</summary>
/// <remarks>Part of the protocol between services: changing it lets an old and a new one pass each other. FNV-1a, then the finish of MurmurHash3.</remarks>
internal static class KeyHash
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Where the numbers of a table or of one of its unique keys begin.</summary>
    public static ulong Begin(string name) => Add(Basis, Encoding.UTF8.GetBytes("lockkeeper.bulk/1/" + name));

    public static long End(ulong begun, ReadOnlySpan<byte> key) => Finish(Add(begun, key));

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            hash = unchecked((hash ^ one) * Prime);
        }

        return hash;
    }

    private static long Finish(ulong hash) => unchecked(
        (long)Mix(Mix(hash, 0xff51afd7ed558ccd), 0xc4ceb9fe1a85ec53, last: true));

    private static ulong Mix(ulong hash, ulong factor, bool last = false)
    {
        hash = unchecked((hash ^ (hash >> 33)) * factor);
        return last ? hash ^ (hash >> 33) : hash;
    }
}
