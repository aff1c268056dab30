namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>Where a program reads the result, nobody watches.</summary>
internal sealed class SilentDemoView : DemoView
{
    public override void Report(DemoEvent value)
    {
    }
}
