using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Format;

/// <summary>Reads the fields of one mapping by name and type, and refuses every field that nobody asked for.</summary>
/// <remarks>
/// <para>
/// Problems are collected, not thrown, so that all of them reach the user together: after one, a read gives a stand-in
/// (an empty text, the name "_", the first choice), which is thrown away with the operation. A read function therefore
/// reads every key it knows, always, and reports what it dislikes through <see cref="Refuse"/> instead of throwing.
/// </para>
/// <para>
/// All reading goes through <see cref="Take"/> and <see cref="Require"/>, which also take what is asked of the field: <see cref="Describe"/>
/// records that, and the JSON schema is made of it.
/// </para>
/// </remarks>
internal sealed class FieldReader
{
    internal static readonly Identifier StandInName = new("_");

    private readonly MappingNode _fields;
    private readonly List<string> _known = [];
    private readonly List<string> _missing = [];
    private readonly List<FieldFormat>? _described;

    private FieldReader(
        MappingNode fields, SourcePosition at, string path, FormatProblems problems, List<FieldFormat>? described = null)
    {
        _fields = fields;
        _described = described;
        At = at;
        Path = path;
        Problems = problems;
    }

    /// <summary>Where the mapping is: its key, or its beginning in a list.</summary>
    public SourcePosition At { get; }

    /// <summary>What the mapping is called in messages, such as <c>create_table.columns[0]</c>.</summary>
    public string Path { get; }

    internal FormatProblems Problems { get; }

    /// <summary>Keeps the places of the fields, for what is found wrong after reading.</summary>
    internal SourceMap Source => new(At, _fields);

    /// <summary>Runs a read function over a mapping and refuses the keys it did not ask for.</summary>
    public static T Read<T>(
        MappingNode fields, SourcePosition at, string path, FormatProblems problems, Func<FieldReader, T> read)
    {
        var reader = new FieldReader(fields, at, path, problems);
        var value = read(reader);
        reader.Finish();
        return value;
    }

    /// <summary>The fields that a read function asks for: it is run over nothing, and what it asks is written down.</summary>
    public static ImmutableArray<FieldFormat> Describe<T>(Func<FieldReader, T> read)
    {
        var described = new List<FieldFormat>();
        var nowhere = SourcePosition.Whole("(format)");
        read(new FieldReader(new MappingNode(nowhere, []), nowhere, "", new FormatProblems(), described));
        return [.. described];
    }

    public string RequiredText(string key) => Require(key, FieldShape.Text)?.AsText(Named(key), Problems) ?? "";

    public string? OptionalText(string key) => Take(key, FieldShape.Text)?.AsText(Named(key), Problems);

    /// <summary>An expression. An empty text is none: pgroll writes <c>up: ""</c> where there is nothing to say.</summary>
    public string? OptionalSql(string key) => OptionalText(key) is { } sql && !string.IsNullOrWhiteSpace(sql) ? sql : null;

    public Identifier RequiredName(string key) => Require(key, FieldShape.Name)?.AsName(Named(key), Problems) ?? StandInName;

    public Identifier? OptionalName(string key) => Take(key, FieldShape.Name)?.AsName(Named(key), Problems);

    public bool RequiredFlag(string key) => Require(key, FieldShape.Flag)?.AsFlag(Named(key), Problems) ?? false;

    public bool? OptionalFlag(string key) => Take(key, FieldShape.Flag)?.AsFlag(Named(key), Problems);

    public bool Flag(string key, bool fallback) => OptionalFlag(key) ?? fallback;

    /// <summary>Tells absent (leave alone) from null (clear) from a text (set).</summary>
    public Clearable<string> OptionalClearableText(string key)
    {
        if (Take(key, FieldShape.ClearableText) is { } node)
        {
            var text = node.AsText(Named(key), Problems);
            return text is null ? Clearable<string>.Absent : Clearable<string>.Of(text);
        }

        return _fields.Find(key) is null ? Clearable<string>.Absent : Clearable<string>.Cleared;
    }

    public T RequiredChoice<T>(string key, Choices<T> choices) => ChoiceOf(Require(key, FieldShape.Choice(choices)), key, choices, choices.First);

    public T Choice<T>(string key, Choices<T> choices, T fallback) => ChoiceOf(Take(key, FieldShape.Choice(choices)), key, choices, fallback);

    /// <summary>Whether the file gives the key a value; null is none.</summary>
    public bool Has(string key) => _fields.Find(key) is { Value: not ScalarNode { Kind: ScalarKind.Null } };

    /// <summary>Where the key's value stands; where the mapping stands, when the key is absent.</summary>
    public SourcePosition PositionOf(string key) => _fields.Find(key)?.Value.At ?? At;

    /// <summary>Where the key itself stands; where the mapping stands, when the key is absent.</summary>
    public SourcePosition KeyPositionOf(string key) => _fields.Find(key)?.KeyAt ?? At;

    /// <summary>Reports a rule between fields that is broken.</summary>
    public void Refuse(SourcePosition at, string message, string remedy, string code = FormatCodes.Contradiction) =>
        Problems.Add(code, at, message, remedy);

    /// <summary>The key's value; null when it is absent or null, alike but for clearable fields.</summary>
    internal Node? Take(string key, FieldShape shape)
    {
        Ask(key, shape, required: false);
        return ValueOf(key);
    }

    /// <summary>As <see cref="Take"/>, and notes the key as missing when there is no value.</summary>
    internal Node? Require(string key, FieldShape shape)
    {
        Ask(key, shape, required: true);
        var node = ValueOf(key);
        if (node is null)
        {
            _missing.Add(key);
        }

        return node;
    }

    internal string Named(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    private void Ask(string key, FieldShape shape, bool required)
    {
        _known.Add(key);
        _described?.Add(shape.ToFormat(key, required));
    }

    private Node? ValueOf(string key) => Has(key) ? _fields.Find(key)!.Value : null;

    private T ChoiceOf<T>(Node? node, string key, Choices<T> choices, T fallback)
    {
        if (node?.AsText(Named(key), Problems) is not { } word)
        {
            return fallback;
        }

        if (!choices.TryFind(word, out var value))
        {
            Problems.Add(
                FormatCodes.UnknownValue, node.At, $"{Named(key)} cannot be {Shown.Quoted(word)}.",
                $"It is one of: {Shown.Names(choices.Words)}.");
        }

        return value;
    }

    private void Finish()
    {
        var unknown = new UnknownKeys(_fields, _known);
        unknown.Report(Path, Problems);

        // A misspelt key is one mistake, not an unknown key and a missing one.
        foreach (var key in _missing.Except(unknown.Suggested))
        {
            var at = _fields.Find(key)?.Value.At ?? At;
            var owner = Path.Length == 0 ? "The migration" : Path;
            Problems.Add(
                FormatCodes.MissingKey, at, $"{owner} needs a value for the key \"{key}\".", $"Add \"{key}\".");
        }
    }
}
