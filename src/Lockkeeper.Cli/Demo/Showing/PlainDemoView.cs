using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Progress;

namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>The demo as lines, for a log.</summary>
internal sealed class PlainDemoView(Screen screen, TimeProvider time) : DemoView
{
    private readonly Lock _gate = new();
    private readonly PlainProgress _migration = new(screen, time);

    public override void Report(DemoEvent value)
    {
        lock (_gate)
        {
            switch (value)
            {
                case DemoEvent.StepStarted started:
                    screen.Line($"{Shown.Line(started.Title)} ...");
                    break;
                case DemoEvent.StepDone done:
                    screen.Line($"  {Shown.Line(done.Detail)}, {Amounts.Duration(done.Elapsed)}");
                    break;
                case DemoEvent.Migrating migrating:
                    _migration.Report(migrating.Event);
                    break;
            }
        }
    }
}
