using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Throttling;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Connections;

/// <summary>The options that say how fast rows are filled, and at what a backfill stands still.</summary>
internal sealed class PaceOptions
{
    private const int LongestChunk = 10_000;
    private const int MostRows = 1_000_000_000;

    private readonly Option<string[]> _throttles = new("--throttle")
    {
        HelpName = "name=limit",
        Description = "Stand still at a signal of the server, such as replica-lag=30s; name=off or off takes throttles away; may be repeated",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _maxRate = new("--max-rate")
    {
        HelpName = "rows",
        Description = "Fill no more rows a second than these, all machines together; 0 for as many as there are [default: 0]",
    };

    private readonly Option<string> _chunkTime = new("--chunk-time")
    {
        HelpName = "ms",
        Description = "How long one transaction aims to take, in milliseconds: about as long as a client may wait for it [default: 120]",
    };

    public PaceOptions(Command command)
    {
        command.Add(_throttles);
        command.Add(_maxRate);
        command.Add(_chunkTime);
    }

    /// <summary>The options of a run, as the command line wants them.</summary>
    public BackfillOptions Apply(CommandRun run, BackfillOptions options)
    {
        var change = Read(run);
        return options with
        {
            TargetChunk = change.TargetChunk ?? options.TargetChunk,
            RowsPerSecond = change.RowsPerSecond is > 0 and var rate ? rate : options.RowsPerSecond,
            Throttles = change.Throttles.IsEmpty ? options.Throttles : Changed(change.Throttles),
        };
    }

    /// <summary>What the command line says about the pace.</summary>
    /// <exception cref="UsageException">A value does not fit.</exception>
    public BackfillPace Read(CommandRun run)
    {
        var throttles = run.Parsed.GetValue(_throttles) ?? [];
        _ = Changed(throttles);
        return new BackfillPace
        {
            TargetChunk = run.Parsed.GetValue(_chunkTime) is { } time
                ? TimeSpan.FromMilliseconds(Numbers.Read(time, 1, LongestChunk, "--chunk-time", "milliseconds"))
                : null,
            RowsPerSecond = run.Parsed.GetValue(_maxRate) is { } rate ? Numbers.Read(rate, 0, MostRows, "--max-rate", "rows a second") : null,
            Throttles = [.. throttles],
        };
    }

    private static ImmutableArray<Throttle> Changed(IEnumerable<string> changes)
    {
        try
        {
            return ThrottleText.Change(ThrottleText.Defaults, changes);
        }
        catch (FormatException refused)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--throttle: {refused.Message}"));
        }
    }
}
