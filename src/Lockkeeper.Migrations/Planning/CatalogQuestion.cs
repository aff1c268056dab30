using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>A question about what uses something that is there: it is asked behind SQL of the user's, which may have made some of it.</summary>
/// <typeparam name="TAnswer">The type of the answer.</typeparam>
internal abstract record CatalogQuestion<TAnswer> : Question<TAnswer>
    where TAnswer : class
{
    public override ImmutableArray<string> PreambleIn(PlanningContext context) => context.IsBehindSql ? context.Rehearsal : [];
}
