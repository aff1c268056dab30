using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Asking;

/// <summary>Asks for the operations of a migration, field by field, as the format describes them.</summary>
internal sealed class MigrationQuestions(Questions questions)
{
    private const string NoMore = "(no more operations)";

    /// <summary>The migration as JSON.</summary>
    public async Task<string> AskAsync()
    {
        using var bytes = new MemoryStream();
        await using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("operations");
            var first = true;
            while (await OperationAsync(first) is { } operation)
            {
                json.WriteStartObject();
                json.WritePropertyName(operation.Name);
                await FieldsAsync(json, operation.Name, operation.Fields);
                json.WriteEndObject();
                first = false;
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private async Task<OperationFormat?> OperationAsync(bool first)
    {
        var names = MigrationFormat.Operations.Select(operation => operation.Name);
        var chosen = await questions.ChoiceAsync("Operation", first ? names : names.Prepend(NoMore));
        return MigrationFormat.Operations.FirstOrDefault(operation => operation.Name == chosen);
    }

    private async Task FieldsAsync(Utf8JsonWriter json, string path, ImmutableArray<FieldFormat> fields)
    {
        var optional = fields.Where(field => !field.IsRequired).Select(field => field.Key).ToImmutableArray();
        var wanted = optional.IsEmpty ? [] : await questions.SeveralAsync($"{path}: which of these too", optional);
        json.WriteStartObject();
        foreach (var field in fields.Where(field => field.IsRequired || wanted.Contains(field.Key)))
        {
            json.WritePropertyName(field.Key);
            await ValueAsync(json, $"{path}.{field.Key}", field);
        }

        json.WriteEndObject();
    }

    private async Task ValueAsync(Utf8JsonWriter json, string path, FieldFormat field)
    {
        switch (field.Kind)
        {
            case FieldKind.Flag:
                json.WriteBooleanValue(await questions.ChoiceAsync(path, ["true", "false"]) == "true");
                break;
            case FieldKind.Choice:
                json.WriteStringValue(await questions.ChoiceAsync(path, field.Words));
                break;
            case FieldKind.Mapping:
                await FieldsAsync(json, path, field.Fields);
                break;
            case FieldKind.Mappings:
                await MappingsAsync(json, path, field.Fields);
                break;
            case FieldKind.Texts or FieldKind.Names:
                await ListAsync(json, path);
                break;
            case FieldKind.SqlByColumn:
                await SqlByColumnAsync(json, path);
                break;
            case FieldKind.ClearableText when await questions.ChoiceAsync(path, ["a text", "null, to remove it"]) != "a text":
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(await questions.TextAsync(path));
                break;
        }
    }

    private async Task MappingsAsync(Utf8JsonWriter json, string path, ImmutableArray<FieldFormat> fields)
    {
        json.WriteStartArray();
        for (var more = true; more; more = await questions.ChoiceAsync($"{path}: another one", ["no", "yes"]) == "yes")
        {
            await FieldsAsync(json, path, fields);
        }

        json.WriteEndArray();
    }

    private async Task ListAsync(Utf8JsonWriter json, string path)
    {
        json.WriteStartArray();
        while (await questions.OptionalTextAsync($"{path}, one at a time; nothing ends the list") is { Length: > 0 } item)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private async Task SqlByColumnAsync(Utf8JsonWriter json, string path)
    {
        json.WriteStartObject();
        while (await questions.OptionalTextAsync($"{path}: a column; nothing ends the list") is { Length: > 0 } column)
        {
            json.WriteString(column, await questions.TextAsync($"{path}.{column}"));
        }

        json.WriteEndObject();
    }
}
