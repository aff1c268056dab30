using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Hides a table from the new version at once, and drops it on completion.</summary>
internal sealed record DropTable(Identifier Name) : Operation
{
    public static OperationKind Kind { get; } = new("drop_table", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Name, Source.Of("name"));
        RefuseWhatBreaks(context, table);
        var outgoing = table.Constraints.Where(c => c.References is { } key && key.Table != context.Named(table)).ToImmutableArray();
        return new OperationPlan
        {
            After = context.Before.Without(Name),
            // Dropping a foreign key with its table locks the referenced table as strongly.
            Swap =
            [
                new Step(
                    $"DROP TABLE {context.Named(table)}",
                    [.. CommandLocks.DropTable.On(context.Named(table)), .. Ddl.Parents(outgoing, CommandLocks.DropTable)],
                    "the old version's table"),
            ],
            Notes =
            [
                $"Completing drops table {Name} with all its rows. Until then nothing of it is changed.",
                .. outgoing.Select(c => $"Until completion, foreign key {c.Name} of table {Name} holds for both versions: "
                    + $"the new version cannot delete a row of {c.References!.Table} that a row of {Name} points at, unless the key cascades."),
            ],
        };
    }

    private static DropTable Read(FieldReader reader) => new(reader.RequiredName("name")) { Source = reader.Source };

    private void RefuseWhatBreaks(PlanningContext context, TableSnapshot table)
    {
        var keys =
            from other in context.Before.Tables.Values
            where other.Name != Name
            from constraint in other.Constraints
            where constraint.References?.Table == context.Named(table)
            select $"foreign key {constraint.Name} of table {other.Name}";
        var found = context.Ask(new FindTableUsers(context.Stored(table)) { At = Source.Of("name"), What = "name" });
        ImmutableArray<string> users =
        [
            .. keys, .. found.All.Where(user => !context.Facts.IsVersionSchema(user.Schema)).Select(user => user.Description),
        ];
        if (!users.IsEmpty)
        {
            throw TableRefusals.TableInUse(Source.Of("name"), Name, users);
        }
    }
}
