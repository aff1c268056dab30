using System.Collections.Immutable;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.PostgresTests.Migrations.Planning;

/// <summary>A step, what it declares and what the server saw, both as text in one order.</summary>
internal sealed record ObservedStep(Step Step, ImmutableArray<string> Declared, ImmutableArray<string> Seen, StepEffect Effect)
{
    /// <summary>What is wrong with the declaration, or null. The server's statistics do not count what ANALYZE reads.</summary>
    public string? Difference => Declared.SequenceEqual(Seen) && (Step.Effect == Effect || (Step.Effect == StepEffect.Samples && Effect == StepEffect.CatalogOnly))
        ? null
        : $"{Step.Sql}\n    declares [{string.Join(", ", Declared)}] {Step.Effect}\n    takes    [{string.Join(", ", Seen)}] {Effect}";
}
