using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>A foreign key of the database.</summary>
internal sealed class Reference
{
    public required Identifier Name { get; init; }

    public required TableName Child { get; init; }

    public required ImmutableArray<Identifier> Columns { get; init; }

    public required TableName Parent { get; init; }

    public required ImmutableArray<Identifier> ParentColumns { get; init; }

    /// <summary>The letter of pg_constraint.confdeltype: a, r, c, n or d.</summary>
    public char OnDelete { get; init; }
}
