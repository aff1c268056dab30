using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>Where a foreign key of a table points, as a migration file describes it.</summary>
internal sealed record TableReferenceFields(Identifier Table, ImmutableArray<Identifier> Columns)
{
    public string OnDelete { get; init; } = ForeignKey.NoAction;

    public string OnUpdate { get; init; } = ForeignKey.NoAction;

    public string Match { get; init; } = ForeignKey.MatchSimple;

    public ImmutableArray<Identifier> OnDeleteSetColumns { get; init; } = [];

    public SourceMap Source { get; init; } = SourceMap.None;

    public static TableReferenceFields Read(FieldReader reader)
    {
        var fields = new TableReferenceFields(reader.RequiredName("table"), reader.RequiredNames("columns"))
        {
            OnDelete = reader.Choice("on_delete", ReferenceChoices.Actions, ForeignKey.NoAction),
            OnUpdate = reader.Choice("on_update", ReferenceChoices.Actions, ForeignKey.NoAction),
            Match = reader.Choice("match_type", ReferenceChoices.Matches, ForeignKey.MatchSimple),
            OnDeleteSetColumns = reader.OptionalNames("on_delete_set_columns"),
            Source = reader.Source,
        };
        if (!fields.OnDeleteSetColumns.IsEmpty && fields.OnDelete is not (ReferenceChoices.SetNull or ReferenceChoices.SetDefault))
        {
            reader.Refuse(
                reader.PositionOf("on_delete_set_columns"), "\"on_delete_set_columns\" says which columns a deletion sets, and \"on_delete\" sets none.",
                "Set \"on_delete\" to SET NULL or SET DEFAULT, or leave the columns out.");
        }

        return fields;
    }

    public bool Equals(TableReferenceFields? other) => other is not null && Table == other.Table && Columns.SequenceEqual(other.Columns)
        && OnDelete == other.OnDelete && OnUpdate == other.OnUpdate && Match == other.Match
        && OnDeleteSetColumns.SequenceEqual(other.OnDeleteSetColumns);

    public override int GetHashCode() => HashCode.Combine(Table, Columns.Length, OnDelete);
}
