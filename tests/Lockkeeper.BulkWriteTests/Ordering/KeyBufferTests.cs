using Lockkeeper.BulkWrite.Ordering;

namespace Lockkeeper.BulkWriteTests.Ordering;

/// <summary>The bytes of a key are ordered as the server orders the values; what the server does is asked in ServerOrderTests.</summary>
public sealed class KeyBufferTests
{
    private static readonly decimal[] Numbers =
    [
        decimal.MinValue, -1000.5m, -1000m, -999.99m, -10m, -9m, -1.01m, -1m, -0.5m, -0.05m, -0.0001m, 0m, 0.0001m, 0.05m, 0.5m, 1m, 1.01m, 9m, 10m,
        999.99m, 1000m, 1000.5m, decimal.MaxValue,
    ];

    [Fact]
    public void Decimals_keep_their_order() => Assert.All(
        Numbers.Zip(Numbers.Skip(1)), pair => Assert.True(Compare(b => b.Append(pair.First), b => b.Append(pair.Second)) < 0, $"{pair}"));

    [Fact]
    public void Decimals_that_are_equal_have_the_same_bytes() =>
        Assert.Equal(Bytes(b => b.Append(1.5m)), Bytes(b => b.Append(1.5000m)));

    [Theory]
    [InlineData(long.MinValue, -1)]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, long.MaxValue)]
    public void Integers_keep_their_order(long smaller, long larger) =>
        Assert.True(Compare(b => b.Append(smaller), b => b.Append(larger)) < 0);

    [Theory]
    [InlineData("", "a")]
    [InlineData("a", "aa")]
    [InlineData("B", "a")]
    [InlineData("z", "ä")]
    // In UTF-16 the first of these comes behind the second, for it is a pair of surrogates.
    [InlineData("\uFF5E", "\U0001F600")]
    public void Texts_are_ordered_by_their_utf8(string smaller, string larger) =>
        Assert.True(Compare(b => b.Append(smaller.AsSpan()), b => b.Append(larger.AsSpan())) < 0);

    [Fact]
    public void A_part_ends_before_the_next_begins() => Assert.True(
        Compare(b => { b.Append("a".AsSpan()); b.Append("z".AsSpan()); }, b => { b.Append("aa".AsSpan()); b.Append("a".AsSpan()); }) < 0);

    [Fact]
    public void Zeros_in_byte_strings_are_no_ends() => Assert.True(
        Compare(b => { b.Append([1]); b.Append([9]); }, b => { b.Append([1, 0]); b.Append([1]); }) < 0);

    [Fact]
    public void Uuids_are_ordered_as_they_are_written() => Assert.True(
        Compare(b => b.Append(Guid.Parse("00000001-0000-0000-0000-000000000000")), b => b.Append(Guid.Parse("01000000-0000-0000-0000-000000000000"))) < 0);

    [Fact]
    public void Random_texts_and_bytes_keep_their_order()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 5000; i++)
        {
            var (x, y) = (RandomBytes(random), RandomBytes(random));
            Assert.True(
                Math.Sign(Compare(b => b.Append(x), b => b.Append(y))) == Math.Sign(x.AsSpan().SequenceCompareTo(y)),
                $"seed {seed}: {Convert.ToHexString(x)} {Convert.ToHexString(y)}");
        }
    }

    [Fact]
    public void Random_decimals_keep_their_order()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 5000; i++)
        {
            var (x, y) = (RandomDecimal(random), RandomDecimal(random));
            Assert.True(
                Math.Sign(Compare(b => b.Append(x), b => b.Append(y))) == x.CompareTo(y), $"seed {seed}: {x} {y}");
        }
    }

    private static decimal RandomDecimal(Random random) => new(
        random.Next(1000), random.Next(3) == 0 ? random.Next() : 0, random.Next(5) == 0 ? random.Next() : 0, random.Next(2) == 0, (byte)random.Next(29));

    // Few different values, so that prefixes and equal strings are common.
    private static byte[] RandomBytes(Random random) =>
        [.. Enumerable.Range(0, random.Next(5)).Select(_ => (byte)(random.Next(3) is 2 ? 255 : random.Next(2)))];

    private static int Compare(Action<KeyBuffer> x, Action<KeyBuffer> y) => Bytes(x).AsSpan().SequenceCompareTo(Bytes(y));

    private static byte[] Bytes(Action<KeyBuffer> write)
    {
        var buffer = new KeyBuffer();
        write(buffer);
        return buffer.Slice(0, buffer.Length).ToArray();
    }
}
