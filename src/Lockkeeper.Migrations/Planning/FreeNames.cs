using System.Diagnostics;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Names for what the user gave none: the server's own, and where that is taken the next one that it would try (ChooseRelationName in indexcmds.c).</summary>
internal static class FreeNames
{
    private const int MostTries = 10_000;

    public static Identifier PrimaryKey(PlanningContext context, Identifier table, SourcePosition at) =>
        First(number => OwnedNames.PrimaryKey(table, number), name => IsFreeForKey(context, name, at));

    public static Identifier UniqueConstraint(PlanningContext context, Identifier table, Identifier column, SourcePosition at) =>
        First(number => OwnedNames.UniqueConstraint(table, column, number), name => IsFreeForKey(context, name, at));

    /// <param name="context">What is known.</param>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="inTheEnd">Whether the sequence gets the name only in the swap, by when others have left theirs.</param>
    /// <param name="at">Where the file asks for it.</param>
    public static TableName Sequence(PlanningContext context, Identifier table, Identifier column, bool inTheEnd, SourcePosition at) => new(
        context.Schema,
        First(
            number => OwnedNames.Sequence(table, column, number),
            name => !IsRelation(context.Before, name)
                && ((inTheEnd && OwnsSequence(context.Present, name)) || IsNobodys(context, new TableName(context.Schema, name), at))));

    /// <summary>The name of a partition's part of an index. The partition may be in another schema than its table.</summary>
    public static TableName IndexPart(PlanningContext context, Identifier index, TableName partition, SourcePosition at) => partition with
    {
        Name = First(
            number => OwnedNames.IndexPart(index, partition.Name, number),
            name => (partition.Schema != context.Schema || !IsRelation(context.Before, name)) && IsNobodys(context, partition with { Name = name }, at)),
    };

    private static Identifier First(Func<int, Identifier> name, Func<Identifier, bool> isFree)
    {
        var names = Enumerable.Range(0, MostTries).Select(name);
        return names.Cast<Identifier?>().FirstOrDefault(candidate => isFree(candidate!.Value))
            ?? throw new UnreachableException($"{MostTries} names like {name(0)} are taken.");
    }

    // An index that goes leaves its name in the swap, and until then the new one goes by another.
    private static bool IsFreeForKey(PlanningContext context, Identifier name, SourcePosition at) =>
        !IsRelation(context.Before, name)
        && !context.Before.Tables.Values.Any(table => table.Constraints.Any(constraint => constraint.Name == name))
        && (context.IsIndexGoing(name) || IsNobodys(context, new TableName(context.Schema, name), at));

    private static bool IsNobodys(PlanningContext context, TableName name, SourcePosition at) =>
        context.Ask(new FindRelation(name) { At = at, What = "name" }).Kind is null;

    private static bool IsRelation(SchemaSnapshot schema, Identifier name) => OwnsSequence(schema, name)
        || schema.Tables.Values.Any(table => table.Name == name || table.Indexes.Any(index => index.Name == name));

    private static bool OwnsSequence(SchemaSnapshot schema, Identifier name) => schema.Tables.Values
        .Any(table => table.Columns.Any(column => column.OwnedSequence == new TableName(schema.Schema, name)));
}
