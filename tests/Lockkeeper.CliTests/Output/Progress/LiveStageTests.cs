using Lockkeeper.Cli.Output.Progress;

namespace Lockkeeper.CliTests.Output.Progress;

public sealed class LiveStageTests
{
    [Fact]
    public void Each_event_changes_the_picture()
    {
        var stage = new LiveStage(unicode: true);
        var frames = new StringWriter();
        foreach (var (value, i) in Events.OfAStart.Select((value, i) => (value, i)))
        {
            if (stage.Take(value) is { } line)
            {
                frames.WriteLine(line);
            }

            frames.WriteLine(Drawn(stage, i));
        }

        Expected.IsIn(frames.ToString(), "Output", "Progress", "live.txt");
    }

    [Fact]
    public void Without_unicode_the_bar_is_made_of_ascii()
    {
        var stage = new LiveStage(unicode: false);
        foreach (var value in Events.OfAStart.Take(7))
        {
            stage.Take(value);
        }

        Assert.DoesNotContain(Drawn(stage, 0), c => c > 127);
    }

    private static string Drawn(LiveStage stage, int frame)
    {
        var terminal = TestTerminal.Piped();
        terminal.Reporter().Data.Write(stage.Draw(frame, 80));
        return terminal.Out;
    }
}
