using Lockkeeper.Cli.Output.Progress;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.CliTests.Output.Progress;

public sealed class ProgressViewTests
{
    [Fact]
    public async Task Piped_events_are_lines_without_control_characters()
    {
        var written = await WriteAsync(TestTerminal.Piped(), TimeSpan.FromSeconds(10));

        Expected.IsIn(written.Error, "Output", "Progress", "progress.plain.txt");
        Assert.Empty(written.Out);
        Assert.DoesNotContain(written.Error, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public async Task Piped_what_goes_on_is_said_seldom()
    {
        var written = await WriteAsync(TestTerminal.Piped(), TimeSpan.Zero);

        Assert.DoesNotContain("90,000 rows", written.Error, StringComparison.Ordinal);
        Assert.Contains("pid 4711", written.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_each_event_is_a_line_of_standard_output()
    {
        var written = await WriteAsync(TestTerminal.Interactive(), TimeSpan.Zero, "--json");

        Expected.IsIn(written.Out, "Output", "Progress", "progress.jsonl");
        Assert.Empty(written.Error);
    }

    [Fact]
    public async Task On_a_terminal_finished_stages_stay_and_the_cursor_comes_back()
    {
        var written = await WriteAsync(TestTerminal.Interactive(), TimeSpan.Zero);

        Assert.Contains("✓ESC[0m 2/4 extend table orders ESC[2m12 msESC[0m", written.ShownError, StringComparison.Ordinal);
        Assert.Contains("✓ESC[0m 3/4 fill the rows of orders ESC[2m94,000 rows, table 1.23x, 4.1 sESC[0m", written.ShownError, StringComparison.Ordinal);
        Assert.True(
            written.ShownError.LastIndexOf("ESC[?25h", StringComparison.Ordinal) > written.ShownError.LastIndexOf("ESC[?25l", StringComparison.Ordinal));
        Assert.DoesNotContain("ESC[2J", written.ShownError, StringComparison.Ordinal);
        Assert.Empty(written.Out);
    }

    private static async Task<TestTerminal> WriteAsync(TestTerminal terminal, TimeSpan step, params string[] args)
    {
        TimeProvider time = step > TimeSpan.Zero ? new SteppingTime(step) : TimeProvider.System;
        var view = ProgressView.Of(terminal.Reporter(args), time);
        view.Begin(Verbs.Start, "02_add_note");
        await view.WatchAsync(() =>
        {
            foreach (var value in Events.OfAStart)
            {
                view.Report(value);
            }

            return Task.FromResult(true);
        });
        return terminal;
    }
}
