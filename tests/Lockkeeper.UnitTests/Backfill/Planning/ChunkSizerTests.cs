using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class ChunkSizerTests
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void The_size_settles_where_a_chunk_takes_the_target_duration()
    {
        var sizer = new ChunkSizer(Target);

        Run(sizer, chunks: 20, blocksPerMillisecond: 3);

        Assert.InRange(sizer.Blocks, 295, 305);
    }

    [Fact]
    public void It_grows_to_no_more_than_double_at_once()
    {
        var sizer = new ChunkSizer(Target);

        sizer.Took(ChunkSizer.FirstBlocks, TimeSpan.Zero);

        Assert.Equal(2 * ChunkSizer.FirstBlocks, sizer.Blocks);
    }

    [Fact]
    public void It_never_passes_the_largest_size()
    {
        var sizer = new ChunkSizer(Target);

        Run(sizer, chunks: 50, blocksPerMillisecond: 1_000_000);

        Assert.Equal(ChunkSizer.MostBlocks, sizer.Blocks);
    }

    [Fact]
    public void A_sudden_slow_stretch_is_believed_at_once()
    {
        var sizer = new ChunkSizer(Target);
        Run(sizer, chunks: 20, blocksPerMillisecond: 10);

        sizer.Took(1000, TimeSpan.FromMilliseconds(1000));

        Assert.Equal(100, sizer.Blocks);
    }

    [Fact]
    public void A_chunk_that_was_given_up_is_halved_down_to_one_block()
    {
        var sizer = new ChunkSizer(Target);

        sizer.GaveUp(64);
        Assert.Equal(32, sizer.Blocks);

        sizer.GaveUp(1);
        Assert.Equal(1, sizer.Blocks);
    }

    private static void Run(ChunkSizer sizer, int chunks, double blocksPerMillisecond)
    {
        for (var i = 0; i < chunks; i++)
        {
            sizer.Took(sizer.Blocks, TimeSpan.FromMilliseconds(sizer.Blocks / blocksPerMillisecond));
        }
    }
}
