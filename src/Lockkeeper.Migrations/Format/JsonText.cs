using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads strict JSON: no comments, no trailing commas, no duplicate keys.</summary>
internal sealed class JsonText(SourceText source, FormatProblems problems)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(source.Text);
    private readonly TreeLimits _limits = new(problems);
    private int _byteIndex;
    private int _charIndex;

    public Node Parse()
    {
        if (string.IsNullOrWhiteSpace(source.Text))
        {
            problems.Stop(
                FormatCodes.Empty, source.At(0), "The file is empty.", "Write {\"operations\": [...]}, or delete it.");
        }

        // Our own limit speaks first, so that a deep file gets the words of LK1015.
        var options = new JsonReaderOptions { MaxDepth = FormatLimits.MaxDepth + 1 };
        var reader = new Utf8JsonReader(_bytes, options);
        try
        {
            reader.Read();
            var root = ReadNode(ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException exception)
        {
            StopAtSyntaxError(exception);
            throw new UnreachableException("The line above throws.", exception);
        }
    }

    private Node ReadNode(ref Utf8JsonReader reader)
    {
        var at = PositionOf(reader.TokenStartIndex);
        _limits.Count(at);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, at),
            JsonTokenType.StartArray => ReadArray(ref reader, at),
            JsonTokenType.String => new ScalarNode(at, ReadText(ref reader, at), ScalarKind.Text),
            JsonTokenType.Number => new ScalarNode(at, Encoding.UTF8.GetString(reader.ValueSpan), ScalarKind.Number),
            JsonTokenType.True => new ScalarNode(at, "true", ScalarKind.Boolean),
            JsonTokenType.False => new ScalarNode(at, "false", ScalarKind.Boolean),
            JsonTokenType.Null => new ScalarNode(at, "null", ScalarKind.Null),
            _ => throw new UnreachableException($"A JSON value cannot begin with {reader.TokenType}."),
        };
    }

    private MappingNode ReadObject(ref Utf8JsonReader reader, SourcePosition at)
    {
        _limits.Enter(at);
        var entries = new EntryList(problems);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var keyAt = PositionOf(reader.TokenStartIndex);
            var key = ReadText(ref reader, keyAt);
            reader.Read();
            entries.Add(key, keyAt, ReadNode(ref reader));
        }

        _limits.Leave();
        return new MappingNode(at, entries.ToImmutable());
    }

    private SequenceNode ReadArray(ref Utf8JsonReader reader, SourcePosition at)
    {
        _limits.Enter(at);
        var items = ImmutableArray.CreateBuilder<Node>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadNode(ref reader));
        }

        _limits.Leave();
        return new SequenceNode(at, items.ToImmutable());
    }

    private string ReadText(ref Utf8JsonReader reader, SourcePosition at)
    {
        try
        {
            return ScalarCheck.Storable(reader.GetString()!, at, problems);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, as in "\ud800": well-formed JSON, but no text.
            problems.Add(
                FormatCodes.Syntax, at, "This text holds half a surrogate pair, which PostgreSQL cannot store.",
                "Write both halves of the escape, or the character itself.");
            return "";
        }
    }

    private SourcePosition PositionOf(long byteIndex)
    {
        var index = (int)byteIndex;
        if (index < _byteIndex)
        {
            (_byteIndex, _charIndex) = (0, 0);
        }

        _charIndex += Encoding.UTF8.GetCharCount(_bytes, _byteIndex, index - _byteIndex);
        _byteIndex = index;
        return source.At(_charIndex);
    }

    private void StopAtSyntaxError(JsonException exception)
    {
        var index = IndexOf(exception);
        var (message, remedy) = JsonSyntaxError.Describe(_bytes, index);
        problems.Stop(FormatCodes.Syntax, PositionOf(index), message, remedy);
    }

    // The reader counts lines by \n alone, and bytes inside the line; both from 0.
    private int IndexOf(JsonException exception)
    {
        var lineStart = 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
        {
            lineStart = Array.IndexOf(_bytes, (byte)'\n', lineStart) + 1;
        }

        return (int)Math.Min(lineStart + (exception.BytePositionInLine ?? 0), _bytes.Length);
    }
}
