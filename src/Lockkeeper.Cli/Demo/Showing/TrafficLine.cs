using Lockkeeper.Cli.Demo.Clients;
using Lockkeeper.Cli.Output;

namespace Lockkeeper.Cli.Demo.Showing;

/// <summary>What the clients do just now, in a line. Not thread-safe.</summary>
internal sealed class TrafficLine(TrafficMeter meter, TimeProvider time)
{
    // Long enough to be read, short enough to show a stall.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);

    private long _since = time.GetTimestamp();
    private long _counted = meter.Statements;
    private double _perSecond;

    public string Draw()
    {
        if (time.GetElapsedTime(_since) is var elapsed && elapsed >= Window)
        {
            var now = meter.Statements;
            _perSecond = (now - _counted) / elapsed.TotalSeconds;
            (_counted, _since) = (now, time.GetTimestamp());
        }

        var failed = meter.Failed == 0 ? "[green]none failed[/]" : $"[red]{Amounts.Count(meter.Failed)} failed[/]";
        return $"clients: [bold]{Amounts.Count((long)_perSecond)}[/] statements/s, longest stall [bold]{Amounts.Duration(meter.Longest.Time)}[/], {failed}";
    }
}
