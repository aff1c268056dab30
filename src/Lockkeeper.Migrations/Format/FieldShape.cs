using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>What is asked of a field, said in the same call that reads it, so that the description of the format cannot say anything else.</summary>
internal sealed class FieldShape
{
    // Worked out only when somebody wants the description: reading a file must not describe all it could hold.
    private readonly Func<ImmutableArray<FieldFormat>> _fields;

    private FieldShape(FieldKind kind, Func<ImmutableArray<FieldFormat>>? fields = null) => (Kind, _fields) = (kind, fields ?? (() => []));

    public static FieldShape Text { get; } = new(FieldKind.Text);

    public static FieldShape ClearableText { get; } = new(FieldKind.ClearableText);

    public static FieldShape Name { get; } = new(FieldKind.Name);

    public static FieldShape Flag { get; } = new(FieldKind.Flag);

    public static FieldShape Texts { get; } = new(FieldKind.Texts);

    public static FieldShape Names { get; } = new(FieldKind.Names);

    public static FieldShape SqlByColumn { get; } = new(FieldKind.SqlByColumn);

    public static FieldShape Operations { get; } = new(FieldKind.Operations);

    public FieldKind Kind { get; }

    private ImmutableArray<string> Words { get; init; } = [];

    private bool IgnoresCase { get; init; }

    public static FieldShape Choice<T>(Choices<T> choices) =>
        new(FieldKind.Choice) { Words = [.. choices.Words], IgnoresCase = choices.IgnoresCase };

    public static FieldShape Mapping<T>(Func<FieldReader, T> read) => new(FieldKind.Mapping, () => FieldReader.Describe(read));

    public static FieldShape Mappings<T>(Func<FieldReader, T> read) => new(FieldKind.Mappings, () => FieldReader.Describe(read));

    public FieldFormat ToFormat(string key, bool required) => new(key, Kind, required)
    {
        Words = Words,
        IgnoresCase = IgnoresCase,
        Fields = _fields(),
    };
}
