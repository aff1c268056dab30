using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
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
        var kind = context.Ask(new FindRelation(new TableName(context.Schema, Name)) { At = Source.Of("name"), What = "name" }).Kind;
        var storedAs = context.NewTableName(Name, kind) ?? throw Refusals.TableExists(Source.Of("name"), Name, kind ?? FoundRelation.Table);
        var made = new NewTable(context, this, storedAs);
        var name = new TableName(context.Schema, storedAs);
        // They may be known by another name only once the migration is completed.
        var parents = Ddl.Parents(made.Constraints.InlineReferences.Where(c => c.References!?.Table != context.Named(made.Table)), CommandLocks.CreateTableReferences)
            .Select(held => held with { Table = context.Stored(held.Table) }).ToImmutableArray();
        var create = new Step(
            $"CREATE TABLE {name} (\n    {string.Join(",\n    ", made.Elements)}\n)",
            parents,
            "nobody uses it yet")
        {
            Undo = new Step(
                $"DROP TABLE IF EXISTS {name}",
                [.. CommandLocks.DropTable.On(name), .. parents.Select(held => held with { Mode = CommandLocks.DropTable.OnReferenced!.Value })],
                $"take back table {Name}"),
        };
        return new OperationPlan
        {
            After = context.Before.With(made.Table),
            Create = [create, .. Comments(name)],
            Late = made.Constraints.Late,
            AfterLate = made.Constraints.AfterLate,
            Swap = [.. Renames(context, made.Table), .. made.Constraints.Swap],
            MadeWay = made.Constraints.MadeWay,
        };
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

    // Where another table has the name until completion: by then it is gone, or has one of its own.
    private static IEnumerable<Step> Renames(PlanningContext context, TableSnapshot table)
    {
        if (table.StoredAs == table.Name)
        {
            yield break;
        }

        yield return new Step(
            $"ALTER TABLE {context.Stored(table)} RENAME TO {table.Name}", CommandLocks.Rename.On(context.Stored(table)), "the table gets the name that is free by now");
        foreach (var (column, sequence) in table.Columns.Where(c => c.OwnedSequence is not null).Select(c => (c, c.OwnedSequence!.Value)))
        {
            yield return new Step(
                $"ALTER SEQUENCE {new TableName(context.Schema, OwnedNames.Sequence(table.StoredAs, column.Name))} RENAME TO {sequence.Name}", [],
                "and its sequence");
        }
    }

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
