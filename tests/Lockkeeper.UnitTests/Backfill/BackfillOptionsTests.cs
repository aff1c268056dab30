using Lockkeeper.Backfill;

namespace Lockkeeper.UnitTests.Backfill;

public sealed class BackfillOptionsTests
{
    [Fact]
    public void The_defaults_have_no_problem() => Assert.Empty(new BackfillOptions().Problems());

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var options = new BackfillOptions
        {
            Workers = 0,
            TargetChunk = TimeSpan.Zero,
            Lease = TimeSpan.FromSeconds(1),
            ReconnectAttempts = -1,
        };

        Assert.Collection(
            options.Problems(),
            p => Assert.StartsWith("Workers is 0", p, StringComparison.Ordinal),
            p => Assert.StartsWith("TargetChunk is 00:00:00", p, StringComparison.Ordinal),
            p => Assert.StartsWith("Lease is 00:00:01", p, StringComparison.Ordinal),
            p => Assert.StartsWith("ReconnectAttempts is -1", p, StringComparison.Ordinal));
    }
}
