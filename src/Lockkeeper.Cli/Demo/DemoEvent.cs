using Lockkeeper.Cli.Demo.Clients;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Demo;

/// <summary>Something that happened in the demo, for whoever watches.</summary>
internal abstract record DemoEvent
{
    private DemoEvent()
    {
    }

    /// <summary>A step begins.</summary>
    internal sealed record StepStarted(string Title) : DemoEvent;

    /// <summary>A step is done.</summary>
    internal sealed record StepDone(string Title, string Detail, TimeSpan Elapsed) : DemoEvent;

    /// <summary>The migration tells of itself.</summary>
    internal sealed record Migrating(MigrationEvent Event) : DemoEvent;

    /// <summary>Clients write from now on.</summary>
    internal sealed record TrafficBegan(TrafficMeter Meter) : DemoEvent;

    /// <summary>They do no longer.</summary>
    internal sealed record TrafficEnded : DemoEvent;
}
