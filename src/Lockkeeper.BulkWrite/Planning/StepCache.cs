using System.Collections.Concurrent;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>Steps that were put together before. Their text is the same for every unit of the same shape, whatever its rows are.</summary>
/// <remarks>The same text also lets the driver find the statement that it has prepared (Max Auto Prepare).</remarks>
internal sealed class StepCache
{
    // Shapes are few: tables, kinds, places in the unit. A program that makes up shapes without end must not fill the memory.
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<StepShape, PlannedStep> _steps = [];

    public PlannedStep Of(StepShape shape, Func<PlannedStep> make)
    {
        if (_steps.TryGetValue(shape, out var known))
        {
            return known;
        }

        var made = make();
        return _steps.Count < Most ? _steps.GetOrAdd(shape, made) : made;
    }
}
