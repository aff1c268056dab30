using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockkeeper.Backfill.State;

/// <summary>A job as the state tables hold it, so that a process on another machine can join in.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackfillJob))]
internal sealed partial class JobJson : JsonSerializerContext
{
    public static string Write(BackfillJob job) => JsonSerializer.Serialize(job, Default.BackfillJob);

    /// <exception cref="JsonException">Another version of the program wrote it.</exception>
    public static BackfillJob Read(string json) =>
        JsonSerializer.Deserialize(json, Default.BackfillJob) ?? throw new JsonException("A job is an object.");
}
