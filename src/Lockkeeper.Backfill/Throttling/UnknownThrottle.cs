namespace Lockkeeper.Backfill.Throttling;

/// <summary>A throttle that another version of the program has recorded. It cannot be read, and that is shown.</summary>
internal sealed record UnknownThrottle(string Text) : Throttle
{
    public override string Name => "unknown";

    internal override string LimitText => Text;

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => (_, _) =>
        Task.FromResult<Reading>(new Reading.Unreadable($"this version of the program does not know \"{Text}\""));
}
