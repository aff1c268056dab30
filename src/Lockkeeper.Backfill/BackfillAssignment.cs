using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill;

/// <summary>One column that the backfill fills, and with what.</summary>
/// <param name="Column">The column; it may have no index while the backfill runs.</param>
/// <param name="Expression">
/// SQL text that names the row's columns as <c>lockkeeper_row.column</c> and every other object with its schema.
/// It is run as it stands, so it must come from somebody who may run SQL on the table anyway.
/// </param>
public sealed record BackfillAssignment(Identifier Column, string Expression)
{
    /// <summary>
    /// Whether the expression reads a column that the job sets. Once the row is updated it then says something else, so that the two cannot be compared.
    /// </summary>
    public bool ReadsWhatIsSet { get; init; }
}
