using Lockkeeper.Migrations;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Events on a terminal: finished stages stay as lines, and below them moves what is being done.</summary>
internal sealed class LiveProgress(Screen screen, TimeProvider time) : ProgressView
{
    // As smooth as a spinner needs, and next to nothing to draw.
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly LiveStage _stage = new(screen.Console.Profile.Capabilities.Unicode);

    public override void Begin(string verb, string? migration) => screen.Line($"[bold]{Shown.Line(Heading(verb, migration))}[/]");

    public override void Report(MigrationEvent value)
    {
        lock (_gate)
        {
            if (_stage.Take(value) is { } line)
            {
                _lines.Add(line);
            }
        }
    }

    public override async Task<T> WatchAsync<T>(Func<Task<T>> verb)
    {
        var live = screen.Console.Live(Frame(0)).AutoClear(true);
        try
        {
            return await live.StartAsync(view => DrawAsync(view, verb));
        }
        finally
        {
            WriteLines();
            _stage.Clear();
        }
    }

    private async Task<T> DrawAsync<T>(LiveDisplayContext view, Func<Task<T>> verb)
    {
        var running = verb();
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

    private IRenderable Frame(int number)
    {
        lock (_gate)
        {
            return _stage.Draw(number, screen.Console.Profile.Width);
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
