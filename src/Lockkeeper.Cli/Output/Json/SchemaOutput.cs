using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A schema as it will be.</summary>
internal sealed record SchemaOutput(string Schema, ImmutableArray<TableOutput> Tables)
{
    public static SchemaOutput Of(SchemaSnapshot schema) =>
        new(schema.Schema.Value, [.. schema.Tables.Values.Select(TableOutput.Of)]);
}
