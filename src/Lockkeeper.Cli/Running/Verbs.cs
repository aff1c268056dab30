namespace Lockkeeper.Cli.Running;

/// <summary>The commands that change a schema, as they are typed.</summary>
internal static class Verbs
{
    public const string Baseline = "baseline";
    public const string Start = "start";
    public const string Complete = "complete";
    public const string Rollback = "rollback";
    public const string Resume = "resume";
    public const string Migrate = "migrate";
    public const string BackfillRun = "backfill run";
    public const string Work = "work";
}
