using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lockkeeper.UnitTests.Migrations.Format;

/// <summary>Checks a value against a JSON schema, as far as ours goes; a keyword that is not known here fails the test.</summary>
internal static class SchemaCheck
{
    private static readonly HashSet<string> Remarks = ["$schema", "$id", "title", "description"];

    /// <summary>The places that the schema refuses.</summary>
    public static IReadOnlyList<string> Refused(JsonElement value, JsonElement schema) => [.. Refused(value, schema, "$")];

    private static IEnumerable<string> Refused(JsonElement value, JsonElement schema, string path) => schema.EnumerateObject()
        .Where(keyword => !Remarks.Contains(keyword.Name))
        .SelectMany(keyword => Refused(value, schema, keyword, path));

    private static IEnumerable<string> Refused(JsonElement value, JsonElement schema, JsonProperty keyword, string path) => keyword.Name switch
    {
        "type" => If(TypeOf(value) != keyword.Value.GetString(), $"{path} is {TypeOf(value)}"),
        "enum" => If(!keyword.Value.EnumerateArray().Any(word => word.ToString() == value.ToString()), $"{path} is {value}"),
        "pattern" => If(
            value.ValueKind == JsonValueKind.String && !Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!), $"{path} is {value}"),
        "minLength" => If(value.ValueKind == JsonValueKind.String && value.GetString()!.Length < keyword.Value.GetInt32(), $"{path} is short"),
        "maxLength" => If(value.ValueKind == JsonValueKind.String && value.GetString()!.Length > keyword.Value.GetInt32(), $"{path} is long"),
        "minItems" => If(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() < keyword.Value.GetInt32(), $"{path} has few"),
        "minProperties" => If(Count(value) < keyword.Value.GetInt32(), $"{path} has few"),
        "maxProperties" => If(Count(value) > keyword.Value.GetInt32(), $"{path} has many"),
        "required" => keyword.Value.EnumerateArray().SelectMany(key => If(
            value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(key.GetString()!, out _), $"{path} lacks {key}")),
        "properties" => Properties(value).SelectMany(p => keyword.Value.TryGetProperty(p.Name, out var of) ? Refused(p.Value, of, $"{path}.{p.Name}") : []),
        "additionalProperties" => Properties(value)
            .Where(p => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(p.Name, out _))
            .SelectMany(p => keyword.Value.ValueKind == JsonValueKind.False ? [$"{path} has {p.Name}"] : Refused(p.Value, keyword.Value, $"{path}.{p.Name}")),
        "propertyNames" => Properties(value).SelectMany(p => Refused(JsonSerializer.SerializeToElement(p.Name), keyword.Value, $"{path}.{p.Name}")),
        "items" => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, i) => Refused(item, keyword.Value, $"{path}[{i}]")) : [],
        "anyOf" => keyword.Value.EnumerateArray().Select(choice => Refused(value, choice, path).ToArray()).OrderBy(found => found.Length).First(),
        _ => throw new NotSupportedException($"The schema has a keyword that this check does not know: {keyword.Name}"),
    };

    private static string[] If(bool wrong, string what) => wrong ? [what] : [];

    private static int Count(JsonElement value) => Properties(value).Count();

    private static IEnumerable<JsonProperty> Properties(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Undefined => "nothing",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
