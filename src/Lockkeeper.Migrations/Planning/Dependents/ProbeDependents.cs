using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>Whether what depends on a table can be made over the table that there will be.</summary>
/// <param name="Rows">The tables as they will be.</param>
/// <param name="Path">The schemas in which the statements look up what they mention.</param>
/// <param name="Statements">The statements, over the tables' bare names.</param>
internal sealed record ProbeDependents(
    ImmutableArray<TableSnapshot> Rows, ImmutableArray<Identifier> Path, ImmutableArray<string> Statements) : Question<ProbedDependents>
{
    // What the user's SQL made is tried together with what it needs.
    public override ImmutableArray<string> PreambleIn(PlanningContext context) => context.IsBehindSql ? context.Rehearsal : context.Preamble;

    public bool Equals(ProbeDependents? other) => other is not null && base.Equals(other) && Rows.SequenceEqual(other.Rows)
        && Path.SequenceEqual(other.Path) && Statements.SequenceEqual(other.Statements);

    public override int GetHashCode() => HashCode.Combine(Rows.Length, Path.Length, Statements.Length);
}
