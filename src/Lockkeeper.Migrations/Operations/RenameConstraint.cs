using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Gives a constraint another name on completion; until then both versions meet it under the old one.</summary>
internal sealed record RenameConstraint(Identifier Table, Identifier From, Identifier To) : Operation
{
    public static OperationKind Kind { get; } = new("rename_constraint", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var constraint = table.Constraints.FirstOrDefault(c => c.Name == From)
            ?? throw TableRefusals.NoSuchConstraint(Source.Of("from"), Table, From);
        table.RefuseConstraint(To, Source.Of("to"));
        var hasIndex = constraint.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique or ConstraintKind.Exclusion;
        if (hasIndex)
        {
            context.RefuseIndexNameInTheEnd(To, Source.Of("to"));
        }

        var after = table with
        {
            ReplicaIdentity = hasIndex && table.ReplicaIdentity == From ? To : table.ReplicaIdentity,
            Constraints = table.Constraints.Replace(constraint, constraint with { Name = To }).InOrder(),
            // The index of a constraint bears its name, and follows (RenameConstraintById in pg_constraint.c).
            Indexes = table.Indexes.Select(index => hasIndex && index.Name == From ? index with { Name = To } : index).InOrder(),
        };
        return new OperationPlan
        {
            After = context.Before.With(after),
            Renamed = hasIndex ? [From] : [],
            Swap = [Ddl.RenameConstraint(context.Named(table), From, To, "the constraint gets the new version's name")],
            Notes = [$"Until completion, messages and ON CONFLICT ON CONSTRAINT know constraint {From} by its old name, in both versions."],
        };
    }

    private static RenameConstraint Read(FieldReader reader) =>
        new(reader.RequiredName("table"), reader.RequiredName("from"), reader.RequiredName("to")) { Source = reader.Source };
}
