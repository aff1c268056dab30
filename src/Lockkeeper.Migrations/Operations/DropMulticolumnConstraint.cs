using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Drops a constraint of any number of columns.</summary>
internal sealed record DropMulticolumnConstraint(Identifier Table, Identifier Name, ColumnMaps Maps) : Operation
{
    public static OperationKind Kind { get; } = new("drop_multicolumn_constraint", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var constraint = RemovedConstraint.Find(table, Name, Source.Of("name"));
        Maps.Refuse(constraint.Columns, upIsPartial: true);
        return RemovedConstraint.Plan(context, table, constraint, Maps, Source.Of("name"));
    }

    private static DropMulticolumnConstraint Read(FieldReader reader) => new(
        reader.RequiredName("table"),
        reader.RequiredName("name"),
        new ColumnMaps(reader.OptionalSqlByColumn("up"), reader.OptionalSqlByColumn("down")) { Source = reader.Source })
    {
        Source = reader.Source,
    };
}
