using System.Text.Json.Nodes;
using Lockkeeper.Locks.Listing;

namespace Lockkeeper.Cli.Output.Lists;

/// <summary>A list as an array of objects, one for each row. Sizes are in bytes, times in milliseconds.</summary>
internal static class ListJson
{
    public static JsonArray Of(ListResult list) => [.. list.Rows.Select(JsonNode (row) => new JsonObject(
        list.Columns.Select((column, i) => KeyValuePair.Create<string, JsonNode?>(column.Name, Value(row[i])))))];

    private static JsonValue? Value(object? value) => value switch
    {
        string text => JsonValue.Create(text),
        double number => JsonValue.Create(number),
        _ => null,
    };
}
