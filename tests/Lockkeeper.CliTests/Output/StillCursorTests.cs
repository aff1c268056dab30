using Spectre.Console;

namespace Lockkeeper.CliTests.Output;

public sealed class StillCursorTests
{
    [Fact]
    public async Task A_moving_part_of_one_line_stays_on_its_line()
    {
        var terminal = TestTerminal.Interactive();
        var console = terminal.Reporter().Talk.Console;

        await console.Live(new Text("one")).StartAsync(view =>
        {
            view.UpdateTarget(new Text("two"));
            view.UpdateTarget(new Text("three"));
            return Task.CompletedTask;
        });

        Assert.Contains("three", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("\r", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[0A", terminal.Error, StringComparison.Ordinal);
    }
}
