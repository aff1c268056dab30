namespace Lockkeeper.Backfill;

/// <summary>In how many passes the rows of each block are filled just now, and why.</summary>
/// <param name="Count">Stripes; 1 is one pass over all rows.</param>
/// <param name="Reason">Why so many, in words.</param>
public sealed record BackfillStripes(int Count, string Reason)
{
    /// <summary>Who keeps dead row versions from being removed, so that stripes gain nothing for now; null while nobody does, or it is not known who.</summary>
    public BackfillHorizon? HeldBackBy { get; init; }
}
