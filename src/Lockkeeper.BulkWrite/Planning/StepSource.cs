using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Ordering;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>The arrays that a statement takes of one input, in the order of its parameters.</summary>
internal sealed class StepSource
{
    public required int Change { get; init; }

    /// <summary>The places of the mapped columns.</summary>
    public required ImmutableArray<int> Columns { get; init; }

    /// <summary>Whose rows: those of these keys, or all that the input writes.</summary>
    public KeySet? Keys { get; init; }
}
