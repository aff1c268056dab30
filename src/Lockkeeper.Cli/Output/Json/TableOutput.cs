using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A table of a schema: columns in their order, the others by name.</summary>
internal sealed record TableOutput(
    string Name, string? Comment, ImmutableArray<ColumnOutput> Columns, ImmutableArray<ConstraintOutput> Constraints, ImmutableArray<IndexOutput> Indexes)
{
    public static TableOutput Of(TableSnapshot table) => new(
        table.Name.Value, table.Comment, [.. table.Columns.Select(ColumnOutput.Of)],
        [.. table.Constraints.Select(ConstraintOutput.Of)], [.. table.Indexes.Select(IndexOutput.Of)]);
}
