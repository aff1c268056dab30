namespace Lockkeeper.Locks.Diagnosing;

/// <summary>From which value on a check is yellow, and from which it is red.</summary>
/// <param name="Yellow">At least this is yellow; infinite for never.</param>
/// <param name="Red">At least this is red; infinite for never.</param>
public readonly record struct Thresholds(double Yellow, double Red)
{
    /// <summary>The level of a value.</summary>
    /// <param name="value">The value, in the check's unit.</param>
    public CheckLevel LevelOf(double value) => value >= Red ? CheckLevel.Red : value >= Yellow ? CheckLevel.Yellow : CheckLevel.Green;
}
