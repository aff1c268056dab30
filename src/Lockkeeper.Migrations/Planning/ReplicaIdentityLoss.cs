using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Keeps what tells the rows of a published table apart: without it the server refuses every UPDATE and DELETE of the table.</summary>
internal static class ReplicaIdentityLoss
{
    /// <summary>Refuses an operation that drops the index of the replica identity and puts none in its place.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="table">The table before the operation.</param>
    /// <param name="goes">Whether an index goes.</param>
    /// <param name="at">Where the file says so.</param>
    public static void Refuse(PlanningContext context, TableSnapshot table, Func<IndexSnapshot, bool> goes, SourcePosition at)
    {
        if (table.ReplicaIdentity is { } chosen)
        {
            if (table.Indexes.Any(index => index.Name == chosen && goes(index)))
            {
                throw TableRefusals.ReplicaIdentityLost(at, table.Name, chosen);
            }

            return;
        }

        var key = table.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey);
        if (table.ReplicatesWholeRows || key is null || !table.Indexes.Any(index => index.Name == key.Name && goes(index)))
        {
            return;
        }

        var publications = context.Ask(new FindPublications(context.Stored(table)) { At = at, What = "table" }).All
            .Select(found => found.Description).ToImmutableArray();
        if (!publications.IsEmpty)
        {
            throw TableRefusals.ReplicaIdentityNeeded(at, table.Name, publications);
        }
    }
}
