using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>The demo on a terminal: what is done stays as lines, and below them moves what is being done, with the clients' traffic.</summary>
internal sealed class LiveDemoView(Screen screen, TimeProvider time) : DemoView
{
    // As smooth as a spinner needs, and next to nothing to draw.
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly LiveStage _stage = new(screen.Console.Profile.Capabilities.Unicode);
    private readonly string _tick = screen.Console.Profile.Capabilities.Unicode ? "✓" : "+";
    private readonly string[] _spinner = screen.Console.Profile.Capabilities.Unicode ? ["◐", "◓", "◑", "◒"] : ["-", "\\", "|", "/"];
    private TrafficLine? _traffic;
    private string? _step;

    public override void Report(DemoEvent value)
    {
        lock (_gate)
        {
            Take(value);
        }
    }

    public override async Task<T> WatchAsync<T>(Func<Task<T>> demo)
    {
        try
        {
            return await screen.Console.Live(Text.Empty).AutoClear(true).StartAsync(view => DrawAsync(view, demo));
        }
        finally
        {
            WriteLines();
        }
    }

    private void Take(DemoEvent value)
    {
        switch (value)
        {
            case DemoEvent.StepStarted started:
                _step = started.Title;
                break;
            case DemoEvent.StepDone done:
                _step = null;
                _lines.Add($"[green]{_tick}[/] {Shown.Line(done.Title)} [dim]{Shown.Line(done.Detail)}, {Amounts.Duration(done.Elapsed)}[/]");
                break;
            case DemoEvent.Migrating migrating when _stage.Take(migrating.Event) is { } line:
                _lines.Add(line);
                break;
            case DemoEvent.TrafficBegan began:
                _traffic = new TrafficLine(began.Meter, time);
                break;
            case DemoEvent.TrafficEnded:
                _traffic = null;
                break;
        }
    }

    private async Task<T> DrawAsync<T>(LiveDisplayContext view, Func<Task<T>> demo)
    {
        var running = demo();
        for (var frame = 0; !running.IsCompleted; frame++)
        {
            WriteLines();
            view.UpdateTarget(Frame(frame));
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(running, Task.Delay(BetweenFrames, time, enough.Token));
            await enough.CancelAsync();
        }

        return await running;
    }

    private Rows Frame(int number)
    {
        lock (_gate)
        {
            var lines = new List<IRenderable>();
            if (_step is not null)
            {
                lines.Add(new Markup($"[blue]{_spinner[number % _spinner.Length]}[/] [bold]{Shown.Line(_step)}[/]"));
            }

            lines.Add(_stage.Draw(number, screen.Console.Profile.Width));
            if (_traffic is not null)
            {
                lines.Add(new Markup($"  {_traffic.Draw()}"));
            }

            return new Rows(lines);
        }
    }

    // Above the moving part; Spectre.Console puts what is written meanwhile there.
    private void WriteLines()
    {
        string[] lines;
        lock (_gate)
        {
            lines = [.. _lines];
            _lines.Clear();
        }

        foreach (var line in lines)
        {
            screen.Line(line);
        }
    }
}
