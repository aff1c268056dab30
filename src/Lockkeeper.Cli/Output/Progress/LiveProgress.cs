using Lockkeeper.Migrations;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Events on a terminal: finished stages stay as lines, and below them moves what is being done.</summary>
internal sealed class LiveProgress(Screen screen, TimeProvider time) : ProgressView
{
    private readonly Lock _gate = new();
    private readonly LiveScreen _live = new(screen, time);
    private readonly LiveStage _stage = new(screen.Console.Profile.Capabilities.Unicode);

    public override void Begin(string verb, string? migration) => screen.Line($"[bold]{Shown.Line(Heading(verb, migration))}[/]");

    public override void Report(MigrationEvent value)
    {
        lock (_gate)
        {
            if (_stage.Take(value) is { } line)
            {
                _live.Keep(line);
            }
        }
    }

    public override async Task<T> WatchAsync<T>(Func<Task<T>> verb)
    {
        try
        {
            return await _live.WatchAsync(verb, Frame);
        }
        finally
        {
            lock (_gate)
            {
                _stage.Clear();
            }
        }
    }

    private IRenderable Frame(int number)
    {
        lock (_gate)
        {
            return _stage.Draw(number, _live.Width);
        }
    }
}
