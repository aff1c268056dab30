using System.Globalization;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Limits as people write them, in the units of PostgreSQL's settings: <c>10s</c>, <c>250ms</c>, <c>1GB</c>, <c>5</c>.</summary>
internal static class Amount
{
    private static readonly (string Unit, double Milliseconds)[] Times =
        [("ms", 1), ("min", 60_000), ("s", 1000), ("h", 3_600_000)];

    private static readonly (string Unit, long Bytes)[] Sizes =
        [("kB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("TB", 1L << 40)];

    public static TimeSpan Time(string text) => Times.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.Ordinal)) is { Unit: { } name } unit
        ? TimeSpan.FromMilliseconds(Number(text[..^name.Length], text, "a time such as 500ms, 10s, 5min or 1h", 1e9 / unit.Milliseconds) * unit.Milliseconds)
        : throw Refused(text, "a time such as 500ms, 10s, 5min or 1h");

    public static long Bytes(string text) => Sizes.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.Ordinal)) is { Unit: { } name } unit
        ? (long)(Number(text[..^name.Length], text, "a size such as 512kB, 64MB or 1GB", 1e15 / unit.Bytes) * unit.Bytes)
        : throw Refused(text, "a size such as 512kB, 64MB or 1GB");

    public static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : throw Refused(text, "a count of 1 or more");

    public static string Of(TimeSpan time) => time.TotalMilliseconds switch
    {
        var ms and < 1000 => Text($"{ms:0}ms"),
        var ms when ms % 3_600_000 == 0 => Text($"{ms / 3_600_000:0}h"),
        var ms when ms % 60_000 == 0 => Text($"{ms / 60_000:0}min"),
        var ms => Text($"{ms / 1000:0.###}s"),
    };

    /// <summary>A size in the largest unit that leaves no fraction, so that it reads back as the same.</summary>
    public static string Of(long bytes)
    {
        var (unit, size) = Sizes.LastOrDefault(u => bytes % u.Bytes == 0, Sizes[0]);
        return Text($"{(double)bytes / size:0.###}{unit}");
    }

    /// <summary>A size for reading only.</summary>
    public static string About(double bytes)
    {
        var (unit, size) = Sizes.LastOrDefault(u => bytes >= u.Bytes, Sizes[0]);
        return Text($"{bytes / size:0.#} {unit}");
    }

    private static double Number(string digits, string text, string wanted, double most) =>
        double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
        && number > 0 && number <= most
            ? number
            : throw Refused(text, wanted);

    private static FormatException Refused(string text, string wanted) => new($"\"{text}\" is not {wanted}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
