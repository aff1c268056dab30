namespace Lockkeeper.Backfill.Planning;

/// <summary>How many blocks the next chunk shall have, so that it takes about the target duration.</summary>
/// <remarks>
/// The speed is a moving average, because single chunks vary with checkpoints and other people's locks.
/// Growth is at most double: a stretch of filled rows is passed quickly and says nothing about the next stretch.
/// A fall to less than half is believed at once: clients feel a long chunk, nobody feels a short one.
/// </remarks>
/// <param name="target">The duration to aim at; asked for each chunk, because it can be changed while the backfill runs.</param>
internal sealed class ChunkSizer(Func<TimeSpan> target)
{
    /// <summary>Small enough to be safe on a slow expression; doubled four times it is near the usual size.</summary>
    public const int FirstBlocks = 16;

    /// <summary>8 MB: about 120,000 narrow rows, which still stay under the statement timeout if the stretch before was empty.</summary>
    public const int MostBlocks = 1024;

    private const double WeightOfLatest = 0.4;

    // Timer resolution; without it an empty chunk would count as infinitely fast.
    private const double LeastMilliseconds = 0.1;

    private double? _blocksPerMillisecond;

    public ChunkSizer(TimeSpan target)
        : this(() => target)
    {
    }

    public int Blocks { get; private set; } = FirstBlocks;

    public void Took(long blocks, TimeSpan elapsed)
    {
        var latest = blocks / Math.Max(elapsed.TotalMilliseconds, LeastMilliseconds);
        _blocksPerMillisecond = _blocksPerMillisecond is { } average && latest >= average / 2
            ? (WeightOfLatest * latest) + ((1 - WeightOfLatest) * average)
            : latest;
        var wanted = Math.Min(_blocksPerMillisecond.Value * target().TotalMilliseconds, MostBlocks);
        Blocks = (int)Math.Clamp(wanted, 1, Math.Min(Blocks * 2, MostBlocks));
    }

    /// <summary>The chunk was given up; the next one has half as many blocks, and the average begins anew there.</summary>
    public void GaveUp(long blocks)
    {
        Blocks = (int)Math.Clamp(blocks / 2, 1, MostBlocks);
        _blocksPerMillisecond = Blocks / target().TotalMilliseconds;
    }
}
