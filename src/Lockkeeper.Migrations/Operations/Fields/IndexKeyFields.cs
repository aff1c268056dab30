using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>One key of an index as a migration file describes it: a column or an expression, and how it is sorted.</summary>
internal sealed record IndexKeyFields(Identifier? Column, string? Expression)
{
    private static readonly Choices<string> Sorts = Choices<string>.IgnoringCase(("ASC", "ASC"), ("DESC", "DESC"));

    private static readonly Choices<string> NullPlaces = Choices<string>.IgnoringCase(("FIRST", "FIRST"), ("LAST", "LAST"));

    public string? Collate { get; init; }

    public string? Sort { get; init; }

    public string? Nulls { get; init; }

    public OperatorClassFields? OperatorClass { get; init; }

    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>The key between the parentheses of CREATE INDEX. The line break ends a comment that the expression may end with.</summary>
    public string Definition => string.Concat(
        Column is { } column ? column.ToString() : $"({Expression}\n)",
        Collate is null ? "" : $" COLLATE {Collate}",
        OperatorClass is null ? "" : $" {OperatorClass.Definition}",
        Sort is null ? "" : $" {Sort}",
        Nulls is null ? "" : $" NULLS {Nulls}");

    public static IndexKeyFields Read(FieldReader reader)
    {
        var key = new IndexKeyFields(reader.OptionalName("column"), reader.OptionalText("expression"))
        {
            Collate = reader.OptionalText("collate"),
            Sort = reader.Has("sort") ? reader.RequiredChoice("sort", Sorts) : null,
            Nulls = reader.Has("nulls") ? reader.RequiredChoice("nulls", NullPlaces) : null,
            OperatorClass = reader.OptionalObject("opclass", OperatorClassFields.Read),
            Source = reader.Source,
        };
        if (reader.Has("column") == reader.Has("expression"))
        {
            reader.Refuse(reader.At, $"{reader.Path} needs either \"column\" or \"expression\".", "Keep exactly one of the two.");
        }

        return key;
    }
}
