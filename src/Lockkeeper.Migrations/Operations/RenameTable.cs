using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Gives a table another name: at once in the new version, in the schema on completion.</summary>
internal sealed record RenameTable(Identifier From, Identifier To) : Operation
{
    public static OperationKind Kind { get; } = new("rename_table", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(From, Source.Of("from"));
        RefuseTakenName(context);
        return new OperationPlan
        {
            After = InReferences(context.Before.Without(From).With(table.SeenAs(To)), context.Named(table)),
            Swap =
            [
                new Step(
                    $"ALTER TABLE {context.Named(table)} RENAME TO {To}",
                    CommandLocks.Rename.On(context.Named(table)),
                    "the table gets the new version's name"),
            ],
            Notes = table.Triggers.IsEmpty
                ? []
                :
                [
                    $"Table {From} has triggers of its own ({string.Join(", ", table.Triggers.Select(t => t.Name))}): the server cannot "
                    + $"see into their functions, so check that none of them mentions {From}.",
                ],
        };
    }

    private static RenameTable Read(FieldReader reader) =>
        new(reader.RequiredName("from"), reader.RequiredName("to")) { Source = reader.Source };

    // Operations before this one may have renamed or dropped what has the name now, and completing does so before this one's turn.
    private void RefuseTakenName(PlanningContext context)
    {
        if (context.Before.Find(To) is not null)
        {
            throw Refusals.TableExists(Source.Of("to"), To);
        }

        var found = context.Ask(new FindRelation(new TableName(context.Schema, To)) { At = Source.Of("to"), What = "to" });
        if (found.Kind is { } kind and not FoundRelation.Table)
        {
            throw Refusals.TableExists(Source.Of("to"), To, kind);
        }
    }

    private SchemaSnapshot InReferences(SchemaSnapshot schema, TableName renamed)
    {
        foreach (var table in schema.Tables.Values)
        {
            schema = schema.With(table with
            {
                Constraints =
                [
                    .. table.Constraints.Select(c => c.References is { } key && key.Table == renamed
                        ? ConstraintSnapshot.Of(c.Name, c.Columns, key with { Table = renamed with { Name = To } }) with { Validated = c.Validated, Comment = c.Comment }
                        : c),
                ],
            });
        }

        return schema;
    }
}
