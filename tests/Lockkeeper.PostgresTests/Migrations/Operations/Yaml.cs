using System.Text.Json;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

/// <summary>Migrations as text, each operation on a line of its own.</summary>
internal static class Yaml
{
    public static string Of(params IEnumerable<string> operations) => $"operations:\n{string.Concat(operations.Select(o => $"  - {o}\n"))}";

    /// <summary>An add_column on table orders.</summary>
    /// <param name="column">The column, as a mapping in braces.</param>
    /// <param name="up">Its expression.</param>
    /// <param name="table">Another table.</param>
    public static string AddColumn(string column, string? up = null, string table = "orders") =>
        $"add_column: {{table: {Quoted(table)}, column: {column}{Optional("up", up)}}}";

    /// <summary>An alter_column on table orders.</summary>
    /// <param name="column">The column.</param>
    /// <param name="changes">Fields, as in a mapping, without braces.</param>
    /// <param name="up">The new value from the old row.</param>
    /// <param name="down">The old value from the new row.</param>
    /// <param name="table">Another table.</param>
    public static string AlterColumn(string column, string changes, string? up = null, string? down = null, string table = "orders") =>
        $"alter_column: {{table: {Quoted(table)}, column: {Quoted(column)}, {changes}{Optional("up", up)}{Optional("down", down)}}}";

    public static string RenameColumn(string from, string to, string table = "orders") =>
        $"rename_column: {{table: {Quoted(table)}, from: {Quoted(from)}, to: {Quoted(to)}}}";

    public static string DropColumn(string column, string? down = null, string table = "orders") =>
        $"drop_column: {{table: {Quoted(table)}, column: {Quoted(column)}{Optional("down", down)}}}";

    /// <summary>A migration of one create_constraint.</summary>
    /// <param name="name">The constraint's name.</param>
    /// <param name="fields">Fields, as in a mapping, without braces.</param>
    /// <param name="table">The table.</param>
    public static string CreateConstraint(string name, string fields, string table) =>
        Of($"create_constraint: {{name: {Quoted(name)}, table: {Quoted(table)}, {fields}}}");

    public static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Optional(string field, string? text) => text is null ? "" : $", {field}: {Quoted(text)}";
}
