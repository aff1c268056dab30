namespace Lockkeeper.Backfill.Throttling;

/// <summary>One throttle's state: holds or not, and why. Pure; told what was read and when.</summary>
internal sealed class Lever(Throttle throttle, TimeProvider time)
{
    /// <summary>Readings are a second apart: this many missed are more than a hiccup, and few enough that nobody acts on news of a minute ago.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);

    private readonly long _began = time.GetTimestamp();
    private long? _readAt;
    private Reading? _reading;
    private bool _over;

    public string Name => throttle.Name;

    /// <summary>Why the signal is not known at present, if it is not.</summary>
    public string? Problem => _reading switch
    {
        Reading.Unreadable unreadable => unreadable.Text,
        _ when time.GetElapsedTime(_readAt ?? _began) is var age && age > Stale => $"it was not read for {Amount.Of(TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)))}",
        null => "it was not read yet",
        _ => null,
    };

    /// <summary>Why the backfill has to stand still, if it has to.</summary>
    public string? Reason => Problem is { } problem
        ? throttle.HoldsWhenUnreadable ? $"{Name}: {problem}" : null
        : _over ? $"{Name}: {_reading!.Text}" : null;

    public void Take(Reading reading)
    {
        (_reading, _readAt) = (reading, time.GetTimestamp());
        _over = reading is Reading.Measured { Load: var load } && load >= (_over ? Throttle.ReleaseShare : 1);
    }
}
