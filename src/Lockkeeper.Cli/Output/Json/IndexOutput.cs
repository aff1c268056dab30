using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>An index of a table, those of its constraints included; the definition is what follows <c>ON table</c>.</summary>
internal sealed record IndexOutput(string Name, bool Unique, string Definition)
{
    public static IndexOutput Of(IndexSnapshot index) => new(index.Name.Value, index.Unique, index.Definition);
}
