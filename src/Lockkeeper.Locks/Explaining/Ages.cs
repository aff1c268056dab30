namespace Lockkeeper.Locks.Explaining;

/// <summary>Times as a person reads them.</summary>
internal static class Ages
{
    public static string Of(TimeSpan? age) => age switch
    {
        null => "an unknown time",
        { } time when time < TimeSpan.FromSeconds(1) => FormattableString.Invariant($"{time.TotalMilliseconds:0} ms"),
        { } time when time < TimeSpan.FromMinutes(1) => FormattableString.Invariant($"{time.TotalSeconds:0.0} s"),
        { } time when time < TimeSpan.FromHours(1) => FormattableString.Invariant($"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
        { } time when time < TimeSpan.FromDays(2) => FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes:00} min"),
        { } time => FormattableString.Invariant($"{(int)time.TotalDays} days"),
    };
}
