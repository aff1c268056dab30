using System.Globalization;

namespace Lockkeeper.Cli.Output;

/// <summary>Numbers and times as a person reads them.</summary>
internal static class Amounts
{
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Rows(long number) => number == 1 ? "1 row" : $"{Count(number)} rows";

    public static string Rate(double perSecond) => $"{Count((long)Math.Round(perSecond))} rows/s";

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100):0} %");

    /// <summary>A size as a multiple of what it was.</summary>
    public static string Times(double factor) => Text($"{factor:0.00}x");

    public static string Duration(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromSeconds(1) => Text($"{time.TotalMilliseconds:0} ms"),
        _ when time < TimeSpan.FromMinutes(1) => Text($"{time.TotalSeconds:0.0} s"),
        _ when time < TimeSpan.FromHours(1) => Text($"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
        _ => Text($"{(int)time.TotalHours} h {time.Minutes:00} min"),
    };

    /// <summary>A time that is only an estimate: without the fraction.</summary>
    public static string About(TimeSpan time) => time < TimeSpan.FromMinutes(1)
        ? Text($"{Math.Max(1, Math.Ceiling(time.TotalSeconds)):0} s")
        : Duration(time);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
