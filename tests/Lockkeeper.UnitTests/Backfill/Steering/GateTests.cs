using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.Steering;

namespace Lockkeeper.UnitTests.Backfill.Steering;

public sealed class GateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void An_open_gate_is_passed_at_once() => Assert.True(new Gate(new ManualTime()).PassAsync(Cancellation).IsCompletedSuccessfully);

    [Fact]
    public async Task Whoever_stands_at_a_shut_gate_passes_when_it_opens()
    {
        var gate = new Gate(new ManualTime());
        gate.Set("a reason");
        var waiting = gate.PassAsync(Cancellation);
        gate.Set("another reason");
        Assert.False(waiting.IsCompleted);

        gate.Set(null);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task Whoever_stands_at_a_shut_gate_ends_when_the_backfill_is_cancelled()
    {
        var gate = new Gate(new ManualTime());
        gate.Set("a reason");
        var waiting = gate.PassAsync(Cancellation);

        gate.Cancel("ada");

        Assert.Equal("LK2020", (await Assert.ThrowsAsync<BackfillException>(() => waiting)).Code);
    }

    [Fact]
    public async Task Whoever_stands_at_a_shut_gate_can_be_called_away()
    {
        using var stop = new CancellationTokenSource();
        var gate = new Gate(new ManualTime());
        gate.Set("a reason");
        var waiting = gate.PassAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_ceiling_that_is_taken_away_lets_pass_who_has_overdrawn_it()
    {
        var gate = new Gate(new ManualTime());
        gate.SetPace(null, 1);
        gate.Spend(1_000_000);
        var waiting = gate.PassAsync(Cancellation);
        Assert.False(waiting.IsCompleted);

        gate.SetPace(null, null);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public void A_wished_duration_stays_within_what_the_servers_deadlock_timeout_leaves()
    {
        var timeouts = ChunkTimeouts.For(TimeSpan.FromSeconds(1), BackfillOptions.DefaultTargetChunk);
        var gate = new Gate(new ManualTime());
        Assert.Equal(BackfillOptions.DefaultTargetChunk, gate.TargetFor(timeouts));

        gate.SetPace(TimeSpan.FromMilliseconds(20), null);
        Assert.Equal(TimeSpan.FromMilliseconds(20), gate.TargetFor(timeouts));

        gate.SetPace(TimeSpan.FromSeconds(10), null);
        Assert.Equal(TimeSpan.FromMilliseconds(150), gate.TargetFor(timeouts));
    }
}
