using Lockkeeper.Cli.Running;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Asking;

/// <summary>The terminal that is asked on: shows on standard error, so that standard output stays for results, and reads keys.</summary>
internal sealed class PromptConsole(IAnsiConsole screen, IAnsiConsoleInput keys) : IAnsiConsole
{
    public Profile Profile => screen.Profile;

    public IAnsiConsoleCursor Cursor => screen.Cursor;

    public IAnsiConsoleInput Input => keys;

    public IExclusivityMode ExclusivityMode => screen.ExclusivityMode;

    public RenderPipeline Pipeline => screen.Pipeline;

    public static bool CanAsk(CommandRun run) => run.Context.Terminal.InIsTerminal && run.Context.Terminal.ErrorIsTerminal;

    public static IAnsiConsole Of(CommandRun run)
    {
        var screen = run.Reporter.Talk.Console;
        return run.Context.Terminal.Keys is { } keys ? new PromptConsole(screen, keys) : screen;
    }

    public void Clear(bool home) => screen.Clear(home);

    public void Write(IRenderable renderable) => screen.Write(renderable);
}
