using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>Uniqueness of one column as a migration file describes it.</summary>
internal sealed record UniqueFields(Identifier Name)
{
    public SourceMap Source { get; init; } = SourceMap.None;

    public static UniqueFields Read(FieldReader reader) => new(reader.RequiredName("name")) { Source = reader.Source };
}
