using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Names that operations before this one free, but only on completion: until then what is new goes by another.</summary>
internal static class TakenNames
{
    /// <summary>Under what name a check or a foreign key is added to a table in use.</summary>
    public static Identifier ConstraintName(this PlanningContext context, TableSnapshot table, Identifier name) =>
        context.Present.Find(table.StoredAs)?.Constraints.Any(c => c.Name == name) == true ? ReservedNames.NextOf(name) : name;

    /// <summary>Under what name an index is built. All that an index shares its schema's names with was looked at.</summary>
    /// <exception cref="InvalidMigrationException">LK1120: the name is taken by something that stays.</exception>
    public static Identifier IndexName(this PlanningContext context, Identifier name, SourcePosition at)
    {
        RefuseIndexThatStays(context, name, at);
        if (!context.IsIndexGoing(name))
        {
            context.RefuseIndexName(name, at);
            return name;
        }

        context.RefuseIndexName(ReservedNames.NextOf(name), at);
        return ReservedNames.NextOf(name);
    }

    /// <summary>Refuses a name for an index that there is already, when it will be given in the swap.</summary>
    public static void RefuseIndexNameInTheEnd(this PlanningContext context, Identifier name, SourcePosition at)
    {
        RefuseIndexThatStays(context, name, at);
        // A name that an index dropped after the swap has is not free in the swap.
        if (!context.IsIndexGoing(name) || IsDroppedLate(context, name))
        {
            context.RefuseIndexName(name, at);
        }
    }

    /// <summary>Under what name a table is created, or null when the name is taken by something that stays.</summary>
    public static Identifier? NewTableName(this PlanningContext context, Identifier name, string? kind) => kind switch
    {
        _ when context.Before.Find(name) is not null => null,
        null => name,
        FoundRelation.Table when context.Present.Find(name) is not null => ReservedNames.NextOf(name),
        _ => null,
    };

    /// <summary>Lets an index that is dropped only after the swap leave its name; nothing where it has gone by then.</summary>
    public static ImmutableArray<MadeWay> Ways(Identifier stored, Identifier name) => stored == name ? [] : [new MadeWay(name, ReservedNames.AsideOf(name))];

    /// <summary>The statements of the swap for that.</summary>
    public static IEnumerable<Step> Steps(Identifier schema, ImmutableArray<MadeWay> ways) => ways.Select(way => new Step(
        $"ALTER INDEX IF EXISTS {new TableName(schema, way.Index)} RENAME TO {way.Aside}", [], "the old index leaves its name to the new one"));

    /// <summary>Whether an index of that name is there and leaves it on completion.</summary>
    public static bool IsIndexGoing(this PlanningContext context, Identifier name) =>
        !context.Before.Tables.Values.Any(table => table.Indexes.Any(index => index.Name == name))
        && context.Present.Tables.Values.Any(table => table.Indexes.Any(index => index.Name == name));

    private static void RefuseIndexThatStays(PlanningContext context, Identifier name, SourcePosition at)
    {
        if (context.Before.Tables.Values.Any(table => table.Indexes.Any(index => index.Name == name)))
        {
            throw Refusals.IndexNameTaken(at, name, "index");
        }
    }

    // An index by itself, on a table that stays and is no partitioned one, is dropped concurrently.
    private static bool IsDroppedLate(PlanningContext context, Identifier name) => context.Present.Tables.Values.Any(table =>
        !table.IsPartitioned && table.Indexes.Any(index => index.Name == name && !index.BelongsToConstraint)
        && context.Before.Tables.Values.Any(seen => seen.StoredAs == table.StoredAs));
}
