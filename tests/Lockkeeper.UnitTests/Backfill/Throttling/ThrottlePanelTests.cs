using Lockkeeper.Backfill.Throttling;
using Npgsql;

namespace Lockkeeper.UnitTests.Backfill.Throttling;

public sealed class ThrottlePanelTests
{
    private readonly ManualTime _time = new();
    private readonly ThrottlePanel _panel;

    public ThrottlePanelTests() => _panel = new ThrottlePanel(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_holds_is_enough_and_is_named()
    {
        _panel.Use([new Fake("a", new Reading.Measured(0.1, "low")), new Fake("b", new Reading.Measured(2, "high"))]);

        await ReadAsync();

        Assert.Equal(["b: high"], _panel.Reasons);
        Assert.Equal(["b"], _panel.Holding);
        Assert.Empty(_panel.Problems);
    }

    [Fact]
    public async Task What_the_server_refuses_is_one_signals_problem_and_the_others_are_read()
    {
        _panel.Use([new Fake("a", null), new Fake("b", new Reading.Measured(2, "high"))]);

        await ReadAsync();

        Assert.Equal(["a: permission denied (SQLSTATE 42501)"], _panel.Problems);
        Assert.Equal(["b: high"], _panel.Reasons);
    }

    [Fact]
    public async Task While_nothing_is_read_each_does_what_it_does_when_it_cannot_be_read()
    {
        _panel.Use([new Fake("a", new Reading.Measured(0, "low")) { HoldsWhenUnreadable = true }, new Fake("b", new Reading.Measured(2, "high"))]);
        await ReadAsync();
        Assert.Equal(["b: high"], _panel.Reasons);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["a: it was not read for 1min"], _panel.Reasons);
        Assert.Equal(["a: it was not read for 1min", "b: it was not read for 1min"], _panel.Problems);
    }

    [Fact]
    public async Task A_throttle_that_stays_keeps_what_it_knows_and_one_that_goes_lets_go()
    {
        var stays = new Fake("a", new Reading.Measured(2, "high"));
        _panel.Use([stays, new Fake("b", new Reading.Measured(2, "high"))]);
        await ReadAsync();

        _panel.Use([stays, new Fake("c", new Reading.Measured(2, "high"))]);

        Assert.Equal(["a: high"], _panel.Reasons);
        Assert.Equal(["c: it was not read yet"], _panel.Problems);
    }

    private Task ReadAsync() => _panel.ReadAsync(
        new ThrottleProbe { Connection = null!, Time = _time, Workers = [], CommitLatency = TimeSpan.Zero }, Cancellation);

    /// <summary>A signal that says the same each time, or that the server refuses.</summary>
    private sealed record Fake(string Called, Reading? Says) : Throttle
    {
        public override string Name => Called;

        internal override string LimitText => "1";

        internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => (_, _) => Says is null
            ? Task.FromException<Reading>(new PostgresException("permission denied", "ERROR", "ERROR", PostgresErrorCodes.InsufficientPrivilege))
            : Task.FromResult(Says);
    }
}
