using System.Text.Json;
using System.Text.Json.Nodes;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

/// <summary>Migrations made from the description of the format alone.</summary>
internal static class SampleOf
{
    public static string Migration(OperationFormat operation, bool withAll) => Text(new JsonObject
    {
        ["operations"] = new JsonArray(new JsonObject { [operation.Name] = Mapping(operation.Fields, withAll) }),
    });

    public static JsonObject Mapping(IEnumerable<FieldFormat> fields, bool withAll) => new(
        fields.Where(field => withAll || field.IsRequired).Select(field => KeyValuePair.Create(field.Key, Value(field, withAll))));

    public static string Text(JsonNode node) => node.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static JsonNode? Value(FieldFormat field, bool withAll) => field.Kind switch
    {
        FieldKind.Flag => true,
        FieldKind.Choice => field.IgnoresCase ? field.Words[^1].ToLowerInvariant() : field.Words[^1],
        FieldKind.Mapping => Mapping(field.Fields, withAll),
        FieldKind.Mappings => new JsonArray(Mapping(field.Fields, withAll)),
        FieldKind.Texts or FieldKind.Names => new JsonArray("x"),
        FieldKind.SqlByColumn => new JsonObject { ["x"] = "y" },
        FieldKind.ClearableText => null,
        _ => "x",
    };
}
