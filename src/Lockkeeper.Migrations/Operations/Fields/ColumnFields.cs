using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A column as a migration file describes it.</summary>
internal sealed record ColumnFields(Identifier Name, string Type)
{
    public bool Nullable { get; init; }

    public bool PrimaryKey { get; init; }

    public bool Unique { get; init; }

    public string? Default { get; init; }

    public string? Comment { get; init; }

    public CheckFields? Check { get; init; }

    public ReferenceFields? References { get; init; }

    public GeneratedFields? Generated { get; init; }

    public SourceMap Source { get; init; } = SourceMap.None;

    public static ColumnFields Read(FieldReader reader) => new(reader.RequiredName("name"), reader.RequiredText("type"))
    {
        Nullable = reader.Flag("nullable", false),
        PrimaryKey = reader.Flag("pk", false),
        Unique = reader.Flag("unique", false),
        Default = reader.OptionalText("default"),
        Comment = reader.OptionalText("comment"),
        Check = reader.OptionalObject("check", CheckFields.Read),
        References = reader.OptionalObject("references", ReferenceFields.Read),
        Generated = reader.OptionalObject("generated", GeneratedFields.Read),
        Source = reader.Source,
    };
}
