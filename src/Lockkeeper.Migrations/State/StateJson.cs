using System.Text.Json;
using System.Text.Json.Serialization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.State;

/// <summary>Writes plans and snapshots into the state tables, and reads them back.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MigrationPlan))]
[JsonSerializable(typeof(SchemaSnapshot))]
[JsonSerializable(typeof(MadeObjects))]
internal sealed partial class StateJson : JsonSerializerContext
{
    public static string Of(MigrationPlan plan) => JsonSerializer.Serialize(plan, Default.MigrationPlan);

    public static string Of(SchemaSnapshot schema) => JsonSerializer.Serialize(schema, Default.SchemaSnapshot);

    public static string Of(MadeObjects made) => JsonSerializer.Serialize(made, Default.MadeObjects);

    public static MigrationPlan? Plan(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, Default.MigrationPlan);

    public static SchemaSnapshot? Schema(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, Default.SchemaSnapshot);

    public static MadeObjects? Made(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, Default.MadeObjects);
}
