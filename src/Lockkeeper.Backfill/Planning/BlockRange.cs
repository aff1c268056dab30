namespace Lockkeeper.Backfill.Planning;

/// <summary>Blocks of a leaf that one worker at a time passes over, <paramref name="First"/> to before <paramref name="End"/>.</summary>
internal sealed record BlockRange(Leaf Leaf, long First, long End);
