using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Execution;

namespace Lockkeeper.UnitTests.Migrations.Execution;

public sealed class LockBudgetTests
{
    private static readonly TimeSpan DeadlockTimeout = TimeSpan.FromSeconds(1);

    private readonly Clock _clock = new();

    [Fact]
    public void While_nothing_is_held_only_the_lock_timeout_counts()
    {
        var budget = new LockBudget(TimeSpan.FromSeconds(3), DeadlockTimeout, attempt: 9, _clock);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(TimeSpan.FromSeconds(3), budget.Next());
    }

    [Fact]
    public void All_waiting_after_the_first_lock_is_over_within_half_of_the_deadlock_timeout()
    {
        var budget = new LockBudget(TimeSpan.FromSeconds(3), DeadlockTimeout, attempt: 9, _clock);
        budget.Acquired();
        Assert.Equal(TimeSpan.FromMilliseconds(500), budget.Next());

        _clock.Advance(TimeSpan.FromMilliseconds(300));
        budget.Acquired();
        Assert.Equal(TimeSpan.FromMilliseconds(200), budget.Next());

        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(TimeSpan.FromMilliseconds(10), budget.Next());
    }

    [Fact]
    public void The_lock_timeout_is_never_exceeded()
    {
        var budget = new LockBudget(TimeSpan.FromMilliseconds(50), DeadlockTimeout, attempt: 9, _clock);
        budget.Acquired();

        Assert.Equal(TimeSpan.FromMilliseconds(50), budget.Next());
    }

    [Theory, InlineData(1, 60), InlineData(2, 120), InlineData(3, 240), InlineData(4, 480), InlineData(5, 500), InlineData(1000, 500)]
    public void The_second_lock_is_given_up_soon_at_first_and_later_each_time(int attempt, int milliseconds)
    {
        var budget = new LockBudget(TimeSpan.FromSeconds(3), DeadlockTimeout, attempt, _clock);
        budget.Acquired();

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), budget.Next());
    }

    [Fact]
    public void The_default_lock_timeout_is_half_of_the_servers_default_deadlock_timeout() =>
        Assert.Equal(DeadlockTimeout / 2, MigratorOptions.DefaultLockTimeout);

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
