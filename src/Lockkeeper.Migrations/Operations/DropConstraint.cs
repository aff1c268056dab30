using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Drops a constraint of one column.</summary>
internal sealed record DropConstraint(Identifier Table, Identifier Name, string? Up, string? Down) : Operation
{
    public static OperationKind Kind { get; } = new("drop_constraint", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var constraint = RemovedConstraint.Find(table, Name, Source.Of("name"));
        if ((Up ?? Down) is not null && constraint.Columns.Distinct().Count() > 1)
        {
            throw Refusals.SeveralColumns(Source.Of("name"), Name, constraint.Columns);
        }

        var maps = new ColumnMaps(MapOf(constraint, Up), MapOf(constraint, Down)) { Source = Source };
        return RemovedConstraint.Plan(context, table, constraint, maps, Source.Of("name"));
    }

    private static DropConstraint Read(FieldReader reader) => new(
        reader.RequiredName("table"), reader.RequiredName("name"), reader.OptionalSql("up"), reader.OptionalSql("down"))
    {
        Source = reader.Source,
    };

    private static ImmutableSortedDictionary<string, string> MapOf(ConstraintSnapshot constraint, string? expression) =>
        expression is null || constraint.Columns.IsEmpty
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(constraint.Columns[0].Value, expression);
}
