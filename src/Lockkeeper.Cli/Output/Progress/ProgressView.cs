using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Output.Progress;

/// <summary>Shows what happens while a verb runs. Events may come from several threads at once.</summary>
internal abstract class ProgressView : IProgress<MigrationEvent>
{
    public static ProgressView Of(Reporter reporter, TimeProvider time) => reporter switch
    {
        { IsJson: true } => new JsonProgress(reporter),
        { Talk.IsTerminal: true } => new LiveProgress(reporter.Talk, time),
        _ => new PlainProgress(reporter.Talk, time),
    };

    /// <summary>A verb begins; the events until the next call are its.</summary>
    /// <param name="verb">The command that does the same by itself.</param>
    /// <param name="migration">The migration; null when the database knows which.</param>
    public abstract void Begin(string verb, string? migration);

    public abstract void Report(MigrationEvent value);

    /// <summary>Runs the verb and shows its events meanwhile.</summary>
    public virtual Task<T> WatchAsync<T>(Func<Task<T>> verb) => verb();

    /// <summary>The heading of a verb for a person.</summary>
    protected static string Heading(string verb, string? migration) => verb switch
    {
        Verbs.Start => $"Starting {migration}",
        Verbs.Complete => $"Completing {migration ?? "the migration"}",
        Verbs.Rollback => $"Rolling back {migration ?? "the migration"}",
        Verbs.BackfillRun => $"Running {migration}",
        Verbs.Work => $"Helping with {migration}",
        _ => $"Resuming {migration ?? "the migration"}",
    };
}
