using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class ChunkTimeoutsTests
{
    /// <summary>PostgreSQL's default, and what people set it to.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    [InlineData(60_000)]
    public void A_chunk_is_over_before_a_client_that_waits_for_it_looks_for_a_deadlock(int deadlockMilliseconds)
    {
        var deadlock = TimeSpan.FromMilliseconds(deadlockMilliseconds);

        var timeouts = ChunkTimeouts.For(deadlock, BackfillOptions.DefaultTargetChunk);

        // The margin is what the rollback and a late timer may take.
        Assert.True(timeouts.Statement < deadlock * 0.75, $"{timeouts}");
        Assert.True(timeouts.Lock <= timeouts.Statement / 2, $"{timeouts}");
        Assert.True(timeouts.Target <= timeouts.Statement / 4, $"{timeouts}");
        Assert.True(timeouts.Lock <= TimeSpan.FromMilliseconds(100), $"{timeouts}");
    }

    [Fact]
    public void With_the_defaults_the_target_is_what_the_options_say() => Assert.Equal(
        BackfillOptions.DefaultTargetChunk,
        ChunkTimeouts.For(TimeSpan.FromSeconds(1), BackfillOptions.DefaultTargetChunk).Target);

    [Fact]
    public void No_timeout_is_ever_zero_which_would_switch_it_off()
    {
        var timeouts = ChunkTimeouts.For(TimeSpan.FromMilliseconds(1), BackfillOptions.DefaultTargetChunk);

        Assert.True(timeouts.Lock >= TimeSpan.FromMilliseconds(1));
        Assert.True(timeouts.Statement >= TimeSpan.FromMilliseconds(1));
    }
}
