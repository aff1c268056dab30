using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>An exclusion constraint's own part as a migration file describes it.</summary>
internal sealed record ExcludeFields(string Method, string Elements, string? Predicate)
{
    public SourceMap Source { get; init; } = SourceMap.None;

    public static ExcludeFields Read(FieldReader reader) => new(
        reader.OptionalName("index_method")?.ToString() ?? "gist", reader.RequiredText("elements"), reader.OptionalText("predicate"))
    {
        Source = reader.Source,
    };

    /// <summary>What follows ADD CONSTRAINT name.</summary>
    public string Definition(IndexParameterFields index) => string.Concat(
        $"EXCLUDE USING {Method} ({Elements}\n)",
        index.Include.IsEmpty ? "" : $" INCLUDE ({string.Join(", ", index.Include)})",
        index.With,
        index.Tablespace is { } tablespace ? $" USING INDEX TABLESPACE {tablespace}" : "",
        Predicate is null ? "" : $" WHERE ({Predicate}\n)");
}
