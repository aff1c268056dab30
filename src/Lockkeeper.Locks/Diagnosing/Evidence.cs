namespace Lockkeeper.Locks.Diagnosing;

/// <summary>One thing that a check found.</summary>
/// <param name="Subject">What it is about: a table, a session, a setting.</param>
/// <param name="Value">The number that was compared with the thresholds, in the check's unit.</param>
/// <param name="Words">What was found, in words.</param>
/// <param name="Level">How bad it is.</param>
public sealed record Evidence(string Subject, double Value, string Words, CheckLevel Level);
