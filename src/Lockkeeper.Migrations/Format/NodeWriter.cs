using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lockkeeper.Migrations.Format;

/// <summary>Writes a tree as the text of a file, keys in the order that the tree has.</summary>
internal static class NodeWriter
{
    public static string Write(Node root, MigrationSyntax syntax) =>
        syntax == MigrationSyntax.Json ? Json(root) : YamlWriter.Write(root);

    private static string Json(Node root)
    {
        using var bytes = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            Write(root, json);
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Write(Node node, Utf8JsonWriter json)
    {
        switch (node)
        {
            case MappingNode mapping:
                json.WriteStartObject();
                foreach (var (key, _, value) in mapping.Entries)
                {
                    json.WritePropertyName(key);
                    Write(value, json);
                }

                json.WriteEndObject();
                break;
            case SequenceNode list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(item, json);
                }

                json.WriteEndArray();
                break;
            case ScalarNode { Kind: ScalarKind.Text } text:
                json.WriteStringValue(text.Text);
                break;
            default:
                json.WriteRawValue(CanonicalJson.Of(node));
                break;
        }
    }
}
