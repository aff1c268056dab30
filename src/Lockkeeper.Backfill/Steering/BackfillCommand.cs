namespace Lockkeeper.Backfill.Steering;

/// <summary>What somebody has ordered a backfill to do.</summary>
public enum BackfillCommand
{
    /// <summary>To fill rows.</summary>
    Run,

    /// <summary>To stand still, holding nothing, until it is told to run.</summary>
    Pause,

    /// <summary>To end. What is filled stays filled; running the job again goes on.</summary>
    Cancel,
}
