using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Format;

/// <summary>Writes the format as a JSON schema.</summary>
internal sealed class FormatSchema
{
    private readonly Utf8JsonWriter _json;
    private readonly ImmutableArray<OperationFormat> _operations;

    private FormatSchema(Utf8JsonWriter json, ImmutableArray<OperationFormat> operations) => (_json, _operations) = (json, operations);

    public static string Of(
        string id, string title, ImmutableArray<FieldFormat> envelope, ImmutableArray<OperationFormat> operations)
    {
        using var bytes = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            json.WriteString("$id", id);
            json.WriteString("title", title);
            new FormatSchema(json, operations).WriteMapping(envelope);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private void WriteMapping(ImmutableArray<FieldFormat> fields)
    {
        _json.WriteString("type", "object");
        _json.WriteStartObject("properties");
        foreach (var field in fields)
        {
            _json.WriteStartObject(field.Key);
            WriteField(field);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        if (fields.Any(field => field.IsRequired))
        {
            WriteTexts("required", fields.Where(field => field.IsRequired).Select(field => field.Key));
        }

        _json.WriteBoolean("additionalProperties", false);
    }

    // Null is as good as absent for every field that need not be there, so it is allowed there.
    private void WriteField(FieldFormat field)
    {
        if (field.IsRequired)
        {
            WriteValue(field);
            return;
        }

        _json.WriteStartArray("anyOf");
        _json.WriteStartObject();
        WriteValue(field);
        _json.WriteEndObject();
        _json.WriteStartObject();
        _json.WriteString("type", "null");
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteValue(FieldFormat field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text or FieldKind.ClearableText:
                _json.WriteString("type", "string");
                break;
            case FieldKind.Name:
                WriteName();
                break;
            case FieldKind.Flag:
                _json.WriteString("type", "boolean");
                break;
            case FieldKind.Choice:
                WriteChoice(field);
                break;
            case FieldKind.Mapping:
                WriteMapping(field.Fields);
                break;
            case FieldKind.SqlByColumn:
                _json.WriteString("type", "object");
                WriteObject("propertyNames", WriteName);
                WriteObject("additionalProperties", () => _json.WriteString("type", "string"));
                break;
            default:
                WriteList(field);
                break;
        }
    }

    private void WriteList(FieldFormat field)
    {
        _json.WriteString("type", "array");
        if (field.Kind == FieldKind.Operations)
        {
            _json.WriteNumber("minItems", 1);
        }

        WriteObject("items", field.Kind switch
        {
            FieldKind.Operations => WriteOperation,
            FieldKind.Mappings => () => WriteMapping(field.Fields),
            FieldKind.Names => WriteName,
            _ => () => _json.WriteString("type", "string"),
        });
    }

    private void WriteOperation()
    {
        _json.WriteString("type", "object");
        _json.WriteNumber("minProperties", 1);
        _json.WriteNumber("maxProperties", 1);
        WriteObject("properties", () =>
        {
            foreach (var operation in _operations)
            {
                WriteObject(operation.Name, () =>
                {
                    _json.WriteString("description", $"docs/operations/{operation.Name.Replace('_', '-')}.md");
                    WriteMapping(operation.Fields);
                });
            }
        });
        _json.WriteBoolean("additionalProperties", false);
    }

    // The server counts bytes, and a schema can only count characters: what it refuses is refused, but not the other way round.
    private void WriteName()
    {
        _json.WriteString("type", "string");
        _json.WriteNumber("minLength", 1);
        _json.WriteNumber("maxLength", Identifier.MaxBytes);
    }

    // The words come first, because editors offer them; the pattern lets through what is written with small letters.
    private void WriteChoice(FieldFormat field)
    {
        if (!field.IgnoresCase)
        {
            WriteTexts("enum", field.Words);
            return;
        }

        _json.WriteStartArray("anyOf");
        _json.WriteStartObject();
        WriteTexts("enum", field.Words);
        _json.WriteEndObject();
        _json.WriteStartObject();
        _json.WriteString("type", "string");
        _json.WriteString("pattern", $"^({string.Join('|', field.Words.Select(AnyCase))})$");
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private static string AnyCase(string word) => string.Concat(word.Select(
        c => char.IsAsciiLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : c.ToString()));

    private void WriteTexts(string key, IEnumerable<string> texts)
    {
        _json.WriteStartArray(key);
        foreach (var text in texts)
        {
            _json.WriteStringValue(text);
        }

        _json.WriteEndArray();
    }

    private void WriteObject(string key, Action content)
    {
        _json.WriteStartObject(key);
        content();
        _json.WriteEndObject();
    }
}
