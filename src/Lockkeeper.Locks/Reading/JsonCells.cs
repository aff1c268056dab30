using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Lockkeeper.Locks.Reading;

/// <summary>Reads lists that the server aggregated: each row an array of values that may be null.</summary>
internal static class JsonCells
{
    /// <summary>Makes a value of each row; none of a text that is null, as an aggregate over nothing is.</summary>
    public static ImmutableArray<T> Rows<T>(string? json, Func<JsonElement, T> row)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(row)];
    }

    public static string? Text(this JsonElement row, int index) =>
        row[index].GetString() is { Length: > 0 } text ? text : null;

    public static int? Int(this JsonElement row, int index) => IsNull(row, index) ? null : row[index].GetInt32();

    public static long? Long(this JsonElement row, int index) => IsNull(row, index) ? null : row[index].GetInt64();

    /// <summary>An OID or an xid; JSON has it as a number, or as a text where the server knows no number of the type.</summary>
    public static uint? Unsigned(this JsonElement row, int index) => row[index].ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => uint.Parse(row[index].GetString()!, CultureInfo.InvariantCulture),
        _ => row[index].GetUInt32(),
    };

    /// <summary>Seconds as a time that is never negative: a wait can begin after the moment that ages are counted from.</summary>
    public static TimeSpan? Seconds(this JsonElement row, int index) =>
        IsNull(row, index) ? null : TimeSpan.FromSeconds(Math.Max(0, row[index].GetDouble()));

    private static bool IsNull(JsonElement row, int index) => row[index].ValueKind == JsonValueKind.Null;
}
