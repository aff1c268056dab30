using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>The schemas whose names stand bare in what is tried over empty copies: the table's, and those of the views.</summary>
internal static class ProbePath
{
    public static ImmutableArray<Identifier> Of(Identifier schema, IEnumerable<Dependent> dependents) =>
        [.. dependents.Select(d => d.Relation.Schema).Prepend(schema).Distinct()];
}
