using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Says on completion by what logical replication tells the rows of a table apart.</summary>
internal sealed record SetReplicaIdentity(Identifier Table, IdentityFields Identity) : Operation
{
    public static OperationKind Kind { get; } = new("set_replica_identity", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        if (table.IsPartitioned)
        {
            throw Refusals.NotSupported(
                Source.Of("table"), $"Table {Table} is partitioned, and its own replica identity says nothing of its partitions, where the rows are.",
                "Set it on each partition by an \"sql\" operation.");
        }

        RefuseUnfitIndex(context, table);
        RefuseNone(context, table);
        RefuseLimited(context, table);
        return new OperationPlan
        {
            After = context.Before.With(table with { ReplicaIdentity = Identity.Index, ReplicatesWholeRows = Identity.Kind == IdentityFields.Full }),
            Swap =
            [
                new Step(
                    $"ALTER TABLE {context.Named(table)} REPLICA IDENTITY {Identity.Definition}",
                    CommandLocks.ReplicaIdentity.On(context.Named(table)),
                    "what logical replication tells rows apart by"),
            ],
        };
    }

    private static SetReplicaIdentity Read(FieldReader reader) =>
        new(reader.RequiredName("table"), reader.RequiredObject("identity", IdentityFields.Read)) { Source = reader.Source };

    private void RefuseUnfitIndex(PlanningContext context, TableSnapshot table)
    {
        if (Identity.Index is not { } name)
        {
            return;
        }

        var at = Source.Of("identity", "index");
        var index = table.Indexes.FirstOrDefault(i => i.Name == name) ?? throw IndexRefusals.NoSuchIndex(at, context.Schema, name);
        var row = table with { StoredAs = table.Name, Columns = [.. table.Columns.Select(c => c.Completed())] };
        var read = context.Ask(new RewriteDefinitions(row) { At = at, What = "index", Indexes = [index.Definition] }).Indexes[0];
        // What the manual asks of the index (ALTER TABLE, REPLICA IDENTITY).
        var nullable = read.KeyColumns.FirstOrDefault(column => table.Find(column) is { Nullable: true });
        var problem =
            !index.Unique ? $"index {name} is not unique"
            : !read.IsPlain ? $"index {name} is partial or over an expression"
            : table.Constraints.Any(c => c.Name == name && c.Key is { Deferrable: true }) ? $"the constraint of index {name} is deferrable"
            : !index.Valid ? $"index {name} is invalid"
            : nullable != default ? $"column {nullable} of index {name} takes nulls"
            : null;
        if (problem is not null)
        {
            throw TableRefusals.UnfitReplicaIdentity(at, Table, problem);
        }
    }

    private void RefuseNone(PlanningContext context, TableSnapshot table)
    {
        var isNone = Identity.Kind == IdentityFields.Nothing
            || (Identity.Kind == IdentityFields.Default && !table.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey));
        if (!isNone)
        {
            return;
        }

        var publications = context.Ask(new FindPublications(context.Stored(table)) { At = Source.Of("table"), What = "table" }).All
            .Select(found => found.Description).ToImmutableArray();
        if (!publications.IsEmpty)
        {
            throw TableRefusals.ReplicaIdentityNeeded(Source.Of("identity", "type"), Table, publications);
        }
    }

    private void RefuseLimited(PlanningContext context, TableSnapshot table)
    {
        var full = Identity.Kind == IdentityFields.Full;
        var publications = context.Ask(new FindLimitingPublications(context.Stored(table), full) { At = Source.Of("table"), What = "table" }).All
            .Select(found => found.Description).ToImmutableArray();
        if (!publications.IsEmpty)
        {
            throw TableRefusals.PublishedInPart(Source.Of("identity", "type"), Table, publications);
        }
    }
}
