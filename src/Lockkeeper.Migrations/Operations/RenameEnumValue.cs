using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Gives a value of an enumerated type another name on completion; until then both versions know it by the old one.</summary>
internal sealed record RenameEnumValue(Identifier Type, string From, string To) : Operation
{
    public static OperationKind Kind { get; } = new("rename_enum_value", Read);

    public override bool IsLast => true;

    public override OperationPlan Plan(PlanningContext context)
    {
        var found = context.Enum(Type, Source.Of("type"));
        if (!found.Values.Contains(From))
        {
            throw EnumRefusals.NoSuchValue(Source.Of("from"), Type, From);
        }

        if (found.Values.Contains(To))
        {
            throw EnumRefusals.ValueExists(Source.Of("to"), Type, To);
        }

        var rename = $"ALTER TYPE {new TableName(context.Schema, Type)} RENAME VALUE {new Literal(From)} TO {new Literal(To)}";
        var after = context.Before.Tables.Values.Where(table => table.Columns.Any(c => IsOf(found, c)))
            .Aggregate(context.Before, (schema, table) => schema.With(Renamed(context, table, found, rename)));
        return new OperationPlan
        {
            After = after,
            Preamble = [rename],
            Swap = [new Step(rename, [], "the value gets the new version's name")],
            Notes = [$"Until completion both versions know the value {new Literal(From)} of type {Type} by that name, and afterwards only as {new Literal(To)}."],
        };
    }

    private static RenameEnumValue Read(FieldReader reader)
    {
        var operation = new RenameEnumValue(reader.RequiredName("type"), reader.RequiredText("from"), reader.RequiredText("to"))
        {
            Source = reader.Source,
        };
        EnumValue.Check(reader, "to", operation.To);
        return operation;
    }

    private static bool IsOf(DescribedEnumType type, ColumnSnapshot column) => column.Type == type.Type || column.Type == $"{type.Type}[]";

    // The server keeps values by number and prints the name that they have: so it is asked to print what it keeps.
    private TableSnapshot Renamed(PlanningContext context, TableSnapshot table, DescribedEnumType type, string rename)
    {
        var row = table with { StoredAs = table.Name, Columns = [.. table.Columns.Select(c => c.Completed())] };
        var checks = table.Constraints.Where(c => c is { Key: null, References: null }).ToImmutableArray();
        var generated = table.Columns.Where(c => c.Generated is not null).ToImmutableArray();
        var printed = context.Ask(new RewriteDefinitions(row)
        {
            At = Source.At,
            What = "to",
            Checks = [.. checks.Select(c => c.Definition)],
            Indexes = [.. table.Indexes.Select(i => i.Definition)],
            Generated = [.. generated.Select(c => c.Generated!)],
            Then = [rename],
        });
        var (was, becomes) = ($"{new Literal(From)}::{type.Type}", $"{new Literal(To)}::{type.Type}");
        return table with
        {
            Columns =
            [
                .. table.Columns.Select(c => c with
                {
                    Default = c.Default == was ? becomes : c.Default,
                    Generated = c.Generated is null ? null : printed.Generated[generated.IndexOf(c)],
                }),
            ],
            Constraints = [.. table.Constraints.Select(c => checks.IndexOf(c) is >= 0 and var i ? c with { Definition = printed.Checks[i].Definition } : c)],
            Indexes = [.. table.Indexes.Select((index, i) => index with { Definition = printed.Indexes[i].Definition })],
        };
    }
}
