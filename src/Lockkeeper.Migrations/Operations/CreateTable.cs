using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Creates a table, which both versions may use from the start.</summary>
internal sealed record CreateTable(Identifier Name, ImmutableArray<ColumnFields> Columns, string? Comment) : Operation
{
    public static OperationKind Kind { get; } = new("create_table", Read);

    public ImmutableArray<ConstraintFields> Constraints { get; init; } = [];

    public override OperationPlan Plan(PlanningContext context)
    {
        if (context.Before.Find(Name) is not null)
        {
            throw Refusals.TableExists(Source.Of("name"), Name);
        }

        if (context.Ask(new FindRelation(new TableName(context.Schema, Name)) { At = Source.Of("name"), What = "name" }).Kind is { } kind)
        {
            throw Refusals.TableExists(Source.Of("name"), Name, kind);
        }

        var made = new NewTable(context, this);
        var name = new TableName(context.Schema, Name);
        // They may be known by another name only once the migration is completed.
        var parents = Ddl.Parents(made.Table.Constraints.Where(c => c.References!?.Table != name), LockMode.ShareRowExclusive)
            .Select(held => held with { Table = context.Stored(held.Table) }).ToImmutableArray();
        var create = new Step(
            $"CREATE TABLE {name} (\n    {string.Join(",\n    ", made.Elements)}\n)",
            parents,
            "nobody uses it yet")
        {
            Undo = new Step(
                $"DROP TABLE IF EXISTS {name}",
                [.. Ddl.Exclusive(name), .. parents.Select(held => held with { Mode = LockMode.AccessExclusive })],
                $"take back table {Name}"),
        };
        return new OperationPlan { After = context.Before.With(made.Table), Create = [create, .. Comments(name)] };
    }

    public bool Equals(CreateTable? other) => other is not null && Name == other.Name && Comment == other.Comment
        && Columns.SequenceEqual(other.Columns) && Constraints.SequenceEqual(other.Constraints);

    public override int GetHashCode() => HashCode.Combine(Name, Columns.Length);

    private static CreateTable Read(FieldReader reader) => new(
        reader.RequiredName("name"), reader.RequiredList("columns", ColumnFields.Read), reader.OptionalText("comment"))
    {
        Constraints = reader.OptionalList("constraints", ConstraintFields.ReadOfNewTable),
        Source = reader.Source,
    };

    private IEnumerable<Step> Comments(TableName table)
    {
        if (Comment is not null)
        {
            yield return new Step($"COMMENT ON TABLE {table} IS {new Literal(Comment)}", [], "the table's comment");
        }

        foreach (var column in Columns.Where(c => c.Comment is not null))
        {
            yield return new Step(
                $"COMMENT ON COLUMN {table}.{column.Name} IS {new Literal(column.Comment!)}", [], "the column's comment");
        }
    }
}
