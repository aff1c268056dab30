namespace Lockkeeper.Backfill.Planning;

/// <summary>The blocks of one transaction, <paramref name="First"/> to before <paramref name="End"/>.</summary>
internal readonly record struct Chunk(long First, long End)
{
    public long Blocks => End - First;
}
