using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Finds what an operation names, or says where in the file it names something that is not there.</summary>
internal static class Lookup
{
    private const int FirstWithSetColumns = 15;

    public static TableSnapshot Table(this PlanningContext context, Identifier name, SourcePosition at)
    {
        var table = context.Before.Find(name) ?? throw Refusals.NoSuchTable(at, context.Schema, name);
        if (table.Columns.FirstOrDefault(column => column.Name == ReservedNames.Marker) is { } reserved)
        {
            throw Refusals.ReservedName(at, name, reserved.Name);
        }

        return table.UsesInheritance
            ? throw Refusals.NotSupported(
                at, $"Table {name} has parents or children by INHERITS, whose rows a trigger of its own does not see.",
                "Change such tables by plain SQL.")
            : table;
    }

    /// <summary>An enumerated type that the role may change.</summary>
    public static DescribedEnumType Enum(this PlanningContext context, Identifier name, SourcePosition at)
    {
        var type = context.Ask(new DescribeEnum(name) { At = at, What = "type" }).Type
            ?? throw EnumRefusals.NoSuchEnum(at, context.Schema, name);
        return type.IsOwned ? type : throw EnumRefusals.NotOwner(at, name);
    }

    public static ColumnSnapshot Column(this TableSnapshot table, Identifier name, SourcePosition at) =>
        table.Find(name) ?? throw Refusals.NoSuchColumn(at, table.Name, name);

    public static void RefuseColumn(this TableSnapshot table, Identifier name, SourcePosition at)
    {
        if (table.Find(name) is not null)
        {
            throw Refusals.ColumnExists(at, table.Name, name);
        }
    }

    public static void RefuseConstraint(this TableSnapshot table, Identifier name, SourcePosition at)
    {
        if (table.Constraints.Any(c => c.Name == name) || table.Indexes.Any(i => i.Name == name))
        {
            throw Refusals.ConstraintExists(at, table.Name, name);
        }
    }

    /// <summary>
    /// Refuses the name of an index that is to be built when it is taken in the schema: a build that is tried again drops what an interrupted one
    /// left under that name.
    /// </summary>
    public static void RefuseIndexName(this PlanningContext context, Identifier name, SourcePosition at)
    {
        var index = new TableName(context.Schema, name);
        if (context.Ask(new FindRelation(index) { At = at, What = "name" }).Kind is { } kind)
        {
            throw Refusals.IndexNameTaken(at, name, kind);
        }
    }

    public static void RefusePartitionedIndex(this TableSnapshot table, SourcePosition at)
    {
        if (table.IsPartitioned)
        {
            throw Refusals.NotSupported(
                at, $"Table {table.Name} is partitioned, and no index can be built on it while writers go on.",
                "Build the index partition by partition with plain SQL, and attach it to one on the parent.");
        }
    }

    public static void RefuseSecondPrimaryKey(this TableSnapshot table, SourcePosition at)
    {
        if (table.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey) is { } key)
        {
            throw Refusals.PrimaryKeyExists(at, table.Name, key.Name);
        }
    }

    /// <summary>Refuses what only a newer server can do.</summary>
    public static void RefuseOlder(this PlanningContext context, int first, SourcePosition at, string what)
    {
        if (context.Facts.MajorVersion < first)
        {
            throw Refusals.NeedsNewerServer(at, what, first, context.Facts.MajorVersion);
        }
    }

    /// <summary>Refuses columns that ON DELETE SET cannot set.</summary>
    public static void RefuseSetColumns(
        this PlanningContext context, ImmutableArray<Identifier> columns, ImmutableArray<Identifier> set, SourcePosition at)
    {
        if (set.FirstOrDefault(c => !columns.Contains(c)) is { Value: not null } stranger)
        {
            throw Refusals.NotOfTheForeignKey(at, stranger);
        }

        if (!set.IsEmpty)
        {
            context.RefuseOlder(FirstWithSetColumns, at, "ON DELETE with a list of columns");
        }
    }

    /// <summary>What uses a column and would be broken by dropping it; views of versions come and go and do not count.</summary>
    public static ImmutableArray<ColumnDependent> UsersOf(
        this PlanningContext context, TableSnapshot table, ColumnSnapshot column, params ReadOnlySpan<string> harmless)
    {
        var users = ImmutableArray.CreateBuilder<ColumnDependent>();
        foreach (var dependent in table.Dependents.Where(d => d.Column == column.StoredAs))
        {
            var ours = dependent.Kind == "view" && context.Facts.IsVersionSchema(dependent.Schema);
            if (!ours && !harmless.Contains(dependent.Kind))
            {
                users.Add(dependent);
            }
        }

        users.AddRange(PendingReferences.To(context, table, column));
        return users.ToImmutable();
    }

    /// <summary>Whether a constraint goes with a column: also one that only carries it, or has it in an expression or a predicate.</summary>
    public static bool Mentions(this TableSnapshot table, ConstraintSnapshot constraint, Identifier column) =>
        constraint.Columns.Contains(column)
        || table.Indexes.Any(index => index.BelongsToConstraint && index.Name == constraint.Name && index.Columns.Contains(column));

    /// <summary>The same constraints, sorted as the server is asked to sort them.</summary>
    public static ImmutableArray<ConstraintSnapshot> InOrder(this IEnumerable<ConstraintSnapshot> constraints) =>
        [.. constraints.OrderBy(constraint => constraint.Name.Value, StringComparer.Ordinal)];

    /// <summary>The same indexes, sorted as the server is asked to sort them.</summary>
    public static ImmutableArray<IndexSnapshot> InOrder(this IEnumerable<IndexSnapshot> indexes) =>
        [.. indexes.OrderBy(index => index.Name.Value, StringComparer.Ordinal)];

    /// <summary>Refuses a type of which no column can be added to a table in use.</summary>
    public static void RefuseRewrite(this DescribedColumn column, SourcePosition at)
    {
        if (column.TypeNeedsRewrite)
        {
            // ATExecAddColumn in tablecmds.c: the constraints are tried on every row, and every row is written.
            throw Refusals.NotSupported(
                at, $"{column.Type} is a domain with constraints: adding a column of it writes every row again under a lock that stops all clients.",
                "Use the type that the domain is made of, and a \"check\" of the column's own.");
        }
    }

    /// <summary>Refuses an expression that reads a column whose value a row trigger does not know yet.</summary>
    public static void RefuseGeneratedInputs(
        this TableSnapshot row, ImmutableArray<Identifier> inputs, SourcePosition at, string what)
    {
        var generated = row.Columns.FirstOrDefault(c => c.Generated is not null && inputs.Contains(c.StoredAs));
        if (generated is not null)
        {
            throw Refusals.GeneratedInput(at, what, generated.Name);
        }
    }
}
