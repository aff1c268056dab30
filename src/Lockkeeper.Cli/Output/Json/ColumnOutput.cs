using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A column of a table; <c>identity</c> is <c>none</c>, <c>always</c> or <c>byDefault</c>.</summary>
internal sealed record ColumnOutput(
    string Name, string Type, bool Nullable, string? Default, string Identity, string? Generated, string? Collation, string? Comment)
{
    public static ColumnOutput Of(ColumnSnapshot column) => new(
        column.Name.Value, column.Type, column.Nullable, column.Default, Names.Of(column.Identity), column.Generated, column.Collation,
        column.Comment);
}
