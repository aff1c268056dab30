using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>All that the text of a step which writes or looks for one input depends on.</summary>
/// <param name="Kind">What the step does.</param>
/// <param name="Map">How rows are written; maps are compared by identity.</param>
/// <param name="Change">What is done with the input.</param>
/// <param name="Index">The input's number: temporary tables are named for it.</param>
/// <param name="Mode">How strongly rows are locked that are only locked.</param>
/// <param name="IsCounter">Whether the input is the sums of a counter.</param>
/// <param name="IsStaged">Whether its rows go through a temporary table.</param>
/// <param name="IsStreamed">Whether the server sorts them.</param>
/// <param name="IsFollowed">Whether counters follow what it does.</param>
internal readonly record struct StepShape(
    StepKind Kind, TableMap Map, ChangeKind Change, int Index, RowLock Mode, bool IsCounter, bool IsStaged, bool IsStreamed, bool IsFollowed)
{
    public static StepShape Of(StepKind kind, ChangeShape change) => new(
        kind, change.Map, change.Kind, change.Index, change.Mode, change.IsCounter, change.IsStaged, change.Keys is null, !change.Followed.IsEmpty);
}
