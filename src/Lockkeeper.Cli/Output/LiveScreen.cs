using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output;

/// <summary>A terminal on which lines stay once they are said, while a part below them moves for as long as something runs. Thread-safe.</summary>
internal sealed class LiveScreen(Screen screen, TimeProvider time)
{
    // As smooth as a spinner needs, and next to nothing to draw.
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public int Width => screen.Console.Profile.Width;

    /// <summary>A line of markup that stays, from the next frame on.</summary>
    public void Keep(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
        }
    }

    /// <summary>Runs something and draws meanwhile; in the end only the lines are left.</summary>
    /// <param name="work">What runs.</param>
    /// <param name="draw">Makes the moving part from the number of the frame.</param>
    public async Task<T> WatchAsync<T>(Func<Task<T>> work, Func<int, IRenderable> draw)
    {
        try
        {
            return await screen.Console.Live(WithRoom(draw(0))).AutoClear(true).StartAsync(view => DrawAsync(view, work, draw));
        }
        finally
        {
            WriteLines();
        }
    }

    private async Task<T> DrawAsync<T>(LiveDisplayContext view, Func<Task<T>> work, Func<int, IRenderable> draw)
    {
        var running = work();
        for (var frame = 0; !running.IsCompleted; frame++)
        {
            WriteLines();
            view.UpdateTarget(WithRoom(draw(frame)));
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(running, Task.Delay(BetweenFrames, time, enough.Token));
            await enough.CancelAsync();
        }

        return await running;
    }

    // To go back over a part of one line, Spectre.Console 0.49.1 moves the cursor up by 0 lines (ESC[0A), and for terminals 0 means 1 (ECMA-48, 8.3.22): the line
    // above would be overwritten. So no part has fewer than two lines.
    private static Rows WithRoom(IRenderable part) => new(part, new Text(" "));

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
