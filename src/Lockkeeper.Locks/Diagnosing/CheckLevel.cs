namespace Lockkeeper.Locks.Diagnosing;

/// <summary>How a check turned out.</summary>
public enum CheckLevel
{
    /// <summary>Nothing is wrong.</summary>
    Green,

    /// <summary>It could not be looked at; the result says why. Not the same as green.</summary>
    Skipped,

    /// <summary>Worth looking at.</summary>
    Yellow,

    /// <summary>Worth doing something about now.</summary>
    Red,
}
