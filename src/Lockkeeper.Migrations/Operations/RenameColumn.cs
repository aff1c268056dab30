using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Gives a column another name: at once in the new version's view, in the table on completion.</summary>
internal sealed record RenameColumn(Identifier Table, Identifier From, Identifier To) : Operation
{
    public static OperationKind Kind { get; } = new("rename_column", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var column = table.Column(From, Source.Of("from"));
        table.RefuseColumn(To, Source.Of("to"));

        var after = RenamedColumn.In(context, table, column, To, Source.Of("to"));
        return new OperationPlan
        {
            After = RenamedColumn.InReferences(context.Before.With(after), after, From, To),
            Swap = [Ddl.RenameColumn(context.Named(table), From, To, "the table's column gets the new version's name")],
            Notes = table.Triggers.IsEmpty
                ? []
                :
                [
                    $"Table {Table} has triggers of its own ({string.Join(", ", table.Triggers.Select(t => t.Name))}): the server cannot "
                    + $"see into their functions, so check that none of them mentions column {From}.",
                ],
        };
    }

    private static RenameColumn Read(FieldReader reader)
    {
        var operation = new RenameColumn(reader.RequiredName("table"), reader.RequiredName("from"), reader.RequiredName("to"))
        {
            Source = reader.Source,
        };
        return operation;
    }
}
