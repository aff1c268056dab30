using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Drops an index on completion, while writers go on; until then the old version's queries have it.</summary>
internal sealed record DropIndex(Identifier Name) : Operation
{
    public static OperationKind Kind { get; } = new("drop_index", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var owner = context.Before.Tables.Values.FirstOrDefault(t => t.Indexes.Any(index => index.Name == Name))
            ?? throw IndexRefusals.NoSuchIndex(Source.Of("name"), context.Schema, Name);
        var table = context.Table(owner.Name, Source.Of("name"));
        var index = table.Indexes.First(i => i.Name == Name);
        RefuseWhatBreaks(context, table, index);
        var name = new TableName(context.Schema, Name);
        return new OperationPlan
        {
            After = context.Before.With(table with { Indexes = table.Indexes.Remove(index) }),
            // The server drops an index with parts in partitions only under locks on all of them (DROP INDEX, CONCURRENTLY): that is for the swap.
            Swap = table.IsPartitioned
                ? [new Step($"DROP INDEX {name}", CommandLocks.DropIndex.On(context.Named(table)), "nobody of the old version needs it any more")]
                : [],
            UnusedIndexes = table.IsPartitioned ? [] : [new UnusedIndex(context.Stored(table), name)],
            Notes = index.Unique
                ? [$"From completion on, nothing keeps the keys of index {Name} unique, and ON CONFLICT over its columns is refused."]
                : [],
        };
    }

    private static DropIndex Read(FieldReader reader) => new(reader.RequiredName("name")) { Source = reader.Source };

    private void RefuseWhatBreaks(PlanningContext context, TableSnapshot table, IndexSnapshot index)
    {
        if (index.BelongsToConstraint)
        {
            throw IndexRefusals.IndexOfConstraint(Source.Of("name"), Name, table.Name);
        }

        var users = context.Ask(new FindIndexUsers(new TableName(context.Schema, Name)) { At = Source.Of("name"), What = "name" }).All
            .Select(user => user.Description).ToImmutableArray();
        if (!users.IsEmpty)
        {
            throw IndexRefusals.IndexInUse(Source.Of("name"), Name, users);
        }

        // The server knows nothing yet of what an operation before this one chooses.
        ReplicaIdentityLoss.Refuse(context, table, i => i.Name == Name, Source.Of("name"));
    }
}
