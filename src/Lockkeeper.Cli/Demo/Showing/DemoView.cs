using Lockkeeper.Cli.Output;

namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>Shows the demo while it runs. Events may come from several threads at once.</summary>
internal abstract class DemoView : IProgress<DemoEvent>
{
    public static DemoView Of(Reporter reporter, TimeProvider time) => reporter switch
    {
        { Talk.IsTerminal: true } => new LiveDemoView(reporter.Talk, time),
        { IsJson: true } => new SilentDemoView(),
        _ => new PlainDemoView(reporter.Talk, time),
    };

    public abstract void Report(DemoEvent value);

    /// <summary>Runs the demo and shows its events meanwhile.</summary>
    public virtual Task<T> WatchAsync<T>(Func<Task<T>> demo) => demo();
}
