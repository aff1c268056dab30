using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>
/// Moves the transaction counter of a server that was shut down, where its package has no <c>pg_resetwal</c>: in the record of the last checkpoint, from which PostgreSQL 14
/// takes it when it starts, and in the copy of it in <c>pg_control</c>, from which later versions do. What is read here lies at the same places in 14 to 18 (pg_control.h,
/// xlogrecord.h, xlog_internal.h).
/// </summary>
internal static class TransactionCounter
{
    private const int SegmentSize = 16 * 1024 * 1024;
    private const int PageSize = 8192;
    private const int PageHeader = 24;
    private const int RecordHeader = 24;
    private const int RecordCrc = 20;

    // In a checkpoint a place comes before the timeline; that, another one and a boolean before the counter.
    private const int Timeline = 8;
    private const int NextTransaction = 24;

    // In pg_control: where the last checkpoint's record begins, and the copy.
    private const int CheckpointPlace = 32;
    private const int CheckpointCopy = 40;

    // In the record, behind its header and two bytes of another.
    private const int CheckpointInRecord = RecordHeader + 2;

    public static async Task MoveAsync(string data, long next, CancellationToken cancellationToken)
    {
        var controlFile = Path.Combine(data, "global", "pg_control");
        var control = await File.ReadAllBytesAsync(controlFile, cancellationToken);
        await MoveInRecordAsync(data, control, next, cancellationToken);

        // Its sum is its last field, whose place depends on the version.
        var end = Enumerable.Range(CheckpointCopy, PageSize / 2).First(at => BinaryPrimitives.ReadUInt32LittleEndian(control.AsSpan(at)) == Crc(control[..at]));
        BinaryPrimitives.WriteInt64LittleEndian(control.AsSpan(CheckpointCopy + NextTransaction), next);
        BinaryPrimitives.WriteUInt32LittleEndian(control.AsSpan(end), Crc(control[..end]));
        await File.WriteAllBytesAsync(controlFile, control, cancellationToken);
    }

    private static async Task MoveInRecordAsync(string data, byte[] control, long next, CancellationToken cancellationToken)
    {
        var place = BinaryPrimitives.ReadUInt64LittleEndian(control.AsSpan(CheckpointPlace));
        var timeline = BinaryPrimitives.ReadUInt32LittleEndian(control.AsSpan(CheckpointCopy + Timeline));
        var number = place / SegmentSize;
        var file = Path.Combine(data, "pg_wal", string.Create(CultureInfo.InvariantCulture, $"{timeline:X8}{number / 256:X8}{number % 256:X8}"));
        var segment = await File.ReadAllBytesAsync(file, cancellationToken);

        var places = PlacesOf(segment, (int)(place % SegmentSize));
        var record = places.Select(at => segment[at]).ToArray();
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(RecordCrc)), CrcOfRecord(record));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(CheckpointInRecord + NextTransaction), next);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(RecordCrc), CrcOfRecord(record));
        foreach (var (at, value) in places.Zip(record))
        {
            segment[at] = value;
        }

        await File.WriteAllBytesAsync(file, segment, cancellationToken);
    }

    // The header of a page may lie in between.
    private static int[] PlacesOf(byte[] segment, int first)
    {
        var places = new int[BinaryPrimitives.ReadInt32LittleEndian(segment.AsSpan(first))];
        var at = first;
        for (var i = 0; i < places.Length; i++, at++)
        {
            at += at % PageSize == 0 ? PageHeader : 0;
            places[i] = at;
        }

        return places;
    }

    // First the data, then the header up to the sum itself.
    private static uint CrcOfRecord(byte[] record) => Crc([.. record[RecordHeader..], .. record[..RecordCrc]]);

    private static uint Crc(byte[] bytes) => ~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C);
}
