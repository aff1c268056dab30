using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockkeeper.Model.Naming;

/// <summary>A name is a plain string in JSON, so that stored plans and snapshots stay readable.</summary>
public sealed class IdentifierJsonConverter : JsonConverter<Identifier>
{
    /// <inheritdoc/>
    public override Identifier Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Identifier value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
