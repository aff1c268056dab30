using System.Collections.Immutable;
using System.Text.Json;
using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Migrations.Adopting;

/// <summary>Finds the order of an index's columns in the schema that a migration of pgroll led to.</summary>
/// <remarks>
/// pgroll 0.10 to 0.15 wrote them as a mapping, and <c>jsonb</c> sorts the keys of one by their length. The definition of the index, as the server printed it
/// when the migration was done, has them in their order.
/// </remarks>
/// <param name="resultingSchema">The schema as pgroll reads it, or null.</param>
internal sealed class IndexColumns(string? resultingSchema)
{
    private readonly ImmutableArray<string>.Builder _unknown = ImmutableArray.CreateBuilder<string>();

    /// <summary>The indexes of which the order was asked for and not found.</summary>
    public ImmutableArray<string> Unknown => _unknown.ToImmutable();

    /// <summary>The columns in their order; as they were given when that is not known.</summary>
    /// <param name="index">The index.</param>
    /// <param name="columns">Its columns in any order.</param>
    public ImmutableArray<string> InOrder(string index, ImmutableArray<string> columns)
    {
        if (columns.Length < 2)
        {
            return columns;
        }

        var keys = DefinitionOf(index) is { } definition ? IndexDefinition.ColumnsOf(definition) : [];
        if (keys.Length == columns.Length && keys.All(columns.Contains))
        {
            return keys;
        }

        _unknown.Add(index);
        return columns;
    }

    private string? DefinitionOf(string index)
    {
        if (resultingSchema is null)
        {
            return null;
        }

        using var schema = JsonDocument.Parse(resultingSchema);
        return Members(Member(schema.RootElement, "tables"))
            .Select(table => Member(Member(Member(table.Value, "indexes"), index), "definition"))
            .FirstOrDefault(definition => definition.ValueKind == JsonValueKind.String) is { ValueKind: JsonValueKind.String } found
            ? found.GetString()
            : null;
    }

    private static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement.ObjectEnumerator Members(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;
}
