namespace Lockkeeper.Locks.Diagnosing;

/// <summary>One thing that is looked at: a query whose rows are a subject, a number, and words.</summary>
/// <param name="Name">Its name, as <c>--only</c> and <c>--threshold</c> take it; docs/locks/checks has a page of that name.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Unit">The unit of its numbers.</param>
/// <param name="Thresholds">From which number on it is yellow and red, unless the options say otherwise.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="Sql">The query.</param>
internal sealed record Check(string Name, string Title, string Unit, Thresholds Thresholds, string Remedy, string Sql)
{
    /// <summary>Never yellow, or never red.</summary>
    public const double Never = double.PositiveInfinity;

    /// <summary>Whether a role without <c>pg_read_all_stats</c> would see too little to say that nothing is wrong.</summary>
    public bool NeedsMonitor { get; init; }

    /// <summary>Whether it is for a standby only (true), for a primary only (false), or for both (null).</summary>
    public bool? OnStandby { get; init; }
}
