namespace Lockkeeper.Backfill.Throttling;

/// <summary>What a signal said.</summary>
/// <param name="Text">In words, with the limit.</param>
internal abstract record Reading(string Text)
{
    /// <summary>A value.</summary>
    /// <param name="Load">The value as a share of the limit: the throttle holds at 1.</param>
    /// <param name="Text">In words, with the limit.</param>
    public sealed record Measured(double Load, string Text) : Reading(Text);

    /// <summary>There is nothing to measure, such as no replica.</summary>
    public sealed record Absent(string Text) : Reading(Text);

    /// <summary>There may be something, but it cannot be seen.</summary>
    public sealed record Unreadable(string Text) : Reading(Text);
}
