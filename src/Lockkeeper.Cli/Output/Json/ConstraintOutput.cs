using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A constraint of a table; the definition is what follows <c>ADD CONSTRAINT name</c>.</summary>
internal sealed record ConstraintOutput(string Name, string Kind, string Definition, bool Validated)
{
    public static ConstraintOutput Of(ConstraintSnapshot constraint) =>
        new(constraint.Name.Value, Names.Of(constraint.Kind), constraint.Definition, constraint.Validated);
}
