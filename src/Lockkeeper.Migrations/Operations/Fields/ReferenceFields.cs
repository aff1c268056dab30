using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A foreign key of one column as a migration file describes it.</summary>
internal sealed record ReferenceFields(Identifier Name, Identifier Table, Identifier Column)
{
    public string OnDelete { get; init; } = ForeignKey.NoAction;

    public string OnUpdate { get; init; } = ForeignKey.NoAction;

    public string Match { get; init; } = ForeignKey.MatchSimple;

    public bool Deferrable { get; init; }

    public bool InitiallyDeferred { get; init; }

    public SourceMap Source { get; init; } = SourceMap.None;

    public static ReferenceFields Read(FieldReader reader) =>
        new(reader.RequiredName("name"), reader.RequiredName("table"), reader.RequiredName("column"))
        {
            OnDelete = reader.Choice("on_delete", ReferenceChoices.Actions, ForeignKey.NoAction),
            OnUpdate = reader.Choice("on_update", ReferenceChoices.Actions, ForeignKey.NoAction),
            Match = reader.Choice("match_type", ReferenceChoices.Matches, ForeignKey.MatchSimple),
            Deferrable = reader.Flag("deferrable", false),
            InitiallyDeferred = reader.Flag("initially_deferred", false),
            Source = reader.Source,
        };

    /// <summary>The key with the names that the referenced table has now, and with those that it will have.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="self">The table that gets the key, when it is not in the schema yet.</param>
    public ResolvedReference Resolve(PlanningContext context, TableSnapshot? self = null) =>
        ReferenceTarget.Find(context, self, Table, [Column], Source, "column").Of(
            new ForeignKey(new TableName(context.Schema, Table), [Column])
            {
                OnDelete = OnDelete,
                OnUpdate = OnUpdate,
                Match = Match,
                Deferrable = Deferrable || InitiallyDeferred,
                InitiallyDeferred = InitiallyDeferred,
            });
}
