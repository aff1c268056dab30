using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>The demo on a terminal: what is done stays as lines, and below them moves what is being done, with the clients' traffic.</summary>
internal sealed class LiveDemoView(Screen screen, TimeProvider time) : DemoView
{
    private readonly Lock _gate = new();
    private readonly LiveScreen _live = new(screen, time);
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

    public override Task<T> WatchAsync<T>(Func<Task<T>> demo) => _live.WatchAsync(demo, Frame);

    private void Take(DemoEvent value)
    {
        switch (value)
        {
            case DemoEvent.StepStarted started:
                _step = started.Title;
                break;
            case DemoEvent.StepDone done:
                _step = null;
                _live.Keep($"[green]{_tick}[/] {Shown.Line(done.Title)} [dim]{Shown.Line(done.Detail)}, {Amounts.Duration(done.Elapsed)}[/]");
                break;
            case DemoEvent.Migrating migrating when _stage.Take(migrating.Event) is { } line:
                _live.Keep(line);
                break;
            case DemoEvent.TrafficBegan began:
                _traffic = new TrafficLine(began.Meter, time);
                break;
            case DemoEvent.TrafficEnded:
                _traffic = null;
                break;
        }
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

            lines.Add(_stage.Draw(number, _live.Width));
            if (_traffic is not null)
            {
                lines.Add(new Markup($"  {_traffic.Draw()}"));
            }

            return new Rows(lines);
        }
    }
}
