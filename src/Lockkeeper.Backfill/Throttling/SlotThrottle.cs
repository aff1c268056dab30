using Lockkeeper.Server.Running;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while a replication slot is about to be lost, because its consumer does not keep up.</summary>
/// <param name="Least">The least room that a slot must have left, where <c>max_slot_wal_keep_size</c> limits it.</param>
/// <remarks>
/// <c>wal_status</c> and <c>safe_wal_size</c> of <c>pg_replication_slots</c> (manual, 52.19). A slot that is unreserved loses its WAL at a next checkpoint.
/// One that is lost already cannot be saved by waiting, so it does not hold.
/// </remarks>
public sealed record SlotThrottle(long Least) : Throttle
{
    internal const string Key = "slot-room";

    private const string Sql =
        """
        SELECT slot_name, wal_status = 'unreserved', safe_wal_size FROM pg_replication_slots
        WHERE wal_status IS NOT NULL AND wal_status <> 'lost'
        """;

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Amount.Of(Least);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var slots = await probe.Connection.QueryAsync(
            Sql,
            [],
            row => (Name: row.GetString(0), Unreserved: row.GetBoolean(1), Room: row.IsDBNull(2) ? (long?)null : row.GetInt64(2)),
            cancellationToken).ConfigureAwait(false);
        if (slots.Count == 0)
        {
            return new Reading.Absent("there is no replication slot");
        }

        if (slots.FirstOrDefault(slot => slot.Unreserved) is { Name: { } endangered })
        {
            return new Reading.Measured(double.PositiveInfinity, $"slot {endangered} is about to lose WAL that its consumer has not read (wal_status unreserved)");
        }

        var (name, _, room) = slots.MinBy(slot => slot.Room ?? long.MaxValue);
        return room is { } bytes
            ? new Reading.Measured(bytes <= 0 ? double.PositiveInfinity : Least / (double)bytes, $"slot {name} has {Amount.About(bytes)} of WAL left (limit {LimitText})")
            : new Reading.Measured(0, "no slot is limited");
    };
}
