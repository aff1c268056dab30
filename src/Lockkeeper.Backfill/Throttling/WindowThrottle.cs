using System.Globalization;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds outside of a time of day.</summary>
/// <param name="From">When it may begin, by the local clock of the machine that fills.</param>
/// <param name="To">When it must stand still again; before <paramref name="From"/> it is of the next day.</param>
public sealed record WindowThrottle(TimeOnly From, TimeOnly To) : Throttle
{
    internal const string Key = "window";

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    internal static WindowThrottle Parse(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 2 && Time(parts[0]) is { } from && Time(parts[1]) is { } to && from != to
            ? new WindowThrottle(from, to)
            : throw new FormatException($"\"{text}\" is not a time of day such as 22:00-06:00");
    }

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => (probe, _) =>
    {
        var now = probe.Time.GetLocalNow();

        // IsBetween counts the beginning and not the end, and goes round midnight.
        var open = TimeOnly.FromDateTime(now.DateTime).IsBetween(From, To);
        return Task.FromResult<Reading>(new Reading.Measured(
            open ? 0 : double.PositiveInfinity,
            string.Create(CultureInfo.InvariantCulture, $"it is {now:HH:mm}; rows are filled from {From:HH:mm} to {To:HH:mm}")));
    };

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
