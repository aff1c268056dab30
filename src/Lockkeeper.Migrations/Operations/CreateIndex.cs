using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Builds an index while writers go on; both versions have it as soon as it is built.</summary>
internal sealed record CreateIndex(Identifier Name, Identifier Table, ImmutableArray<IndexKeyFields> Keys) : Operation
{
    private const string BTree = "btree";
    private const int FirstWithNullsNotDistinct = 15;

    public static OperationKind Kind { get; } = new("create_index", Read);

    public string Method { get; init; } = BTree;

    public bool Unique { get; init; }

    public bool NullsNotDistinct { get; init; }

    public ImmutableArray<Identifier> Include { get; init; } = [];

    public string? StorageParameters { get; init; }

    public string? Predicate { get; init; }

    /// <summary>What follows ON table, over the names that the user wrote.</summary>
    private string Definition => string.Concat(
        $"USING {Method} ({string.Join(", ", Keys.Select(key => key.Definition))})",
        Include.IsEmpty ? "" : $" INCLUDE ({string.Join(", ", Include)})",
        NullsNotDistinct ? " NULLS NOT DISTINCT" : "",
        StorageParameters is null ? "" : $" WITH ({StorageParameters}\n)",
        Predicate is null ? "" : $" WHERE ({Predicate}\n)");

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        RefuseWhatIsNotThere(context, table);
        var now = context.IndexName(Name, Source.Of("name"));
        table.RefuseConstraint(Name, Source.Of("name"));
        var ways = TakenNames.Ways(now, Name);
        var stored = Rewritten(context, table);
        var final = Rewritten(context, table with { StoredAs = table.Name, Columns = [.. table.Columns.Select(c => c.Completed())] });
        RefuseRetyped(context, table, final);
        var build = new IndexBuild(context, table, now, Unique, stored) { At = Source.Of("name"), Final = Name };
        return new OperationPlan
        {
            After = context.Before.With(table with
            {
                Indexes = table.Indexes.Add(new IndexSnapshot(Name, Unique, final.Definition, final.Columns)).InOrder(),
            }),
            AfterBackfill = build.Steps(),
            Expressions = stored.HasExpressions ? [context.Stored(table)] : [],
            Swap =
            [
                .. TakenNames.Steps(context.Schema, ways),
                .. ways.Select(_ => Ddl.RenameIndex(context.Schema, context.Named(table), now, Name)),
                .. RenamedColumns(context, table, stored.IndexColumns),
            ],
            MadeWay = ways,
            Notes = Unique
                ? [$"Unique index {Name} is for both versions: as soon as it is built, neither can write a key twice."]
                : [],
        };
    }

    public bool Equals(CreateIndex? other) => other is not null && Name == other.Name && Table == other.Table
        && Keys.SequenceEqual(other.Keys) && Definition == other.Definition && Unique == other.Unique;

    public override int GetHashCode() => HashCode.Combine(Name, Table, Definition);

    private static CreateIndex Read(FieldReader reader)
    {
        var operation = new CreateIndex(
            reader.RequiredName("name"), reader.RequiredName("table"), reader.RequiredList("columns", IndexKeyFields.Read))
        {
            Method = reader.OptionalName("method")?.ToString() ?? BTree,
            Unique = reader.Flag("unique", false),
            NullsNotDistinct = reader.Flag("nulls_not_distinct", false),
            Include = reader.OptionalNames("include"),
            StorageParameters = reader.OptionalText("storage_parameters"),
            Predicate = reader.OptionalText("predicate"),
            Source = reader.Source,
        };
        if (operation.Keys.IsEmpty && reader.Has("columns"))
        {
            reader.Refuse(reader.PositionOf("columns"), "An index needs at least one column or expression.", "Add one.", FormatCodes.Empty);
        }

        if (operation is { NullsNotDistinct: true, Unique: false })
        {
            reader.Refuse(
                reader.PositionOf("nulls_not_distinct"), "Only a unique index tells whether nulls are distinct.", "Set \"unique\": true, or leave it out.");
        }

        return operation;
    }

    private void RefuseWhatIsNotThere(PlanningContext context, TableSnapshot table)
    {
        foreach (var key in Keys)
        {
            if (key.Column is { } column)
            {
                table.Column(column, key.Source.Of("column"));
            }
        }

        foreach (var column in Include)
        {
            table.Column(column, Source.Of("include"));
        }

        if (NullsNotDistinct && context.Facts.MajorVersion < FirstWithNullsNotDistinct)
        {
            throw Refusals.NotSupported(
                Source.Of("nulls_not_distinct"), $"PostgreSQL {context.Facts.MajorVersion} cannot take nulls for equal.",
                "Leave it out, and make the column NOT NULL, or index coalesce(column, ...).");
        }
    }

    private Server.Compiling.RewrittenDefinition Rewritten(PlanningContext context, TableSnapshot row) =>
        context.Ask(new RewriteDefinitions(row) { At = Source.Of("columns"), What = "create_index", Indexes = [Definition], Unique = Unique }).Indexes[0];

    // ALTER TYPE builds an index that is partial or over an expression again, under a lock that stops all clients.
    private void RefuseRetyped(PlanningContext context, TableSnapshot table, Server.Compiling.RewrittenDefinition index)
    {
        if (!index.IsPlain)
        {
            context.RefuseRetyped(table, index.Columns, Source.Of("columns"));
        }

        RetypedKeys.Refuse(context, table, Unique, index.Definition, index.Columns, Source.Of("columns"));
    }

    private IEnumerable<Step> RenamedColumns(PlanningContext context, TableSnapshot table, ImmutableArray<Identifier> own) =>
        from column in table.Columns
        where column.StoredAs != column.Name && own.Contains(column.Name)
        select Ddl.RenameIndexColumn(new TableName(context.Schema, Name), column.StoredAs, column.Name);
}
