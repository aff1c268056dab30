using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A check constraint as a migration file describes it.</summary>
internal sealed record CheckFields(Identifier Name, string Constraint, bool NoInherit)
{
    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>What follows ADD CONSTRAINT name, over the names that the user wrote.</summary>
    public string Definition => $"CHECK ({Constraint}\n){(NoInherit ? " NO INHERIT" : "")}";

    public static CheckFields Read(FieldReader reader) =>
        new(reader.RequiredName("name"), reader.RequiredText("constraint"), reader.Flag("no_inherit", false))
        {
            Source = reader.Source,
        };
}
