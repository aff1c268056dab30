using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A foreign key of one column as a migration file describes it.</summary>
internal sealed record ReferenceFields(Identifier Name, Identifier Table, Identifier Column)
{
    private static readonly Choices<string> Actions = Choices<string>.IgnoringCase(
        (ForeignKey.NoAction, ForeignKey.NoAction), ("RESTRICT", "RESTRICT"), ("CASCADE", "CASCADE"),
        ("SET NULL", "SET NULL"), ("SET DEFAULT", "SET DEFAULT"));

    // PARTIAL is in the format and in the SQL standard; the server says that it is not implemented.
    private static readonly Choices<string> Matches = Choices<string>.IgnoringCase(
        (ForeignKey.MatchSimple, ForeignKey.MatchSimple), ("FULL", "FULL"));

    public string OnDelete { get; init; } = ForeignKey.NoAction;

    public string OnUpdate { get; init; } = ForeignKey.NoAction;

    public string Match { get; init; } = ForeignKey.MatchSimple;

    public bool Deferrable { get; init; }

    public bool InitiallyDeferred { get; init; }

    public SourceMap Source { get; init; } = SourceMap.None;

    public static ReferenceFields Read(FieldReader reader) =>
        new(reader.RequiredName("name"), reader.RequiredName("table"), reader.RequiredName("column"))
        {
            OnDelete = reader.Choice("on_delete", Actions, ForeignKey.NoAction),
            OnUpdate = reader.Choice("on_update", Actions, ForeignKey.NoAction),
            Match = reader.Choice("match_type", Matches, ForeignKey.MatchSimple),
            Deferrable = reader.Flag("deferrable", false),
            InitiallyDeferred = reader.Flag("initially_deferred", false),
            Source = reader.Source,
        };

    /// <summary>The key with the names that the referenced table has now, and with those that it will have.</summary>
    /// <param name="schema">The schema as this operation sees it.</param>
    /// <param name="self">The table that gets the key, when it is not in the schema yet.</param>
    public (ForeignKey Stored, ForeignKey Final) Resolve(SchemaSnapshot schema, TableSnapshot? self = null)
    {
        var table = (self?.Name == Table ? self : schema.Find(Table))
            ?? throw Refusals.NoSuchTable(Source.Of("table"), schema.Schema, Table);
        var column = table.Find(Column) ?? throw Refusals.NoSuchColumn(Source.Of("column"), Table, Column);
        if (!table.Constraints.Any(IsKeyOn) && !table.Indexes.Any(index => index.Unique && index.Columns is [var only] && only == Column))
        {
            throw Refusals.BadReference(Source.Of("column"), $"Column {Column} of table {Table} has no unique constraint of its own.");
        }

        if (ReservedNames.IsNew(column))
        {
            throw Refusals.BadReference(
                Source.Of("column"), $"Column {Column} of table {Table} is changed by this migration and is not unique before its rows are filled.");
        }

        return (To(new TableName(schema.Schema, table.StoredAs), column.StoredAs), To(new TableName(schema.Schema, Table), Column));
    }

    private bool IsKeyOn(ConstraintSnapshot constraint) => constraint.Key is { } key && key.Columns is [var only] && only == Column;

    private ForeignKey To(TableName table, Identifier column) => new(table, [column])
    {
        OnDelete = OnDelete,
        OnUpdate = OnUpdate,
        Match = Match,
        Deferrable = Deferrable || InitiallyDeferred,
        InitiallyDeferred = InitiallyDeferred,
    };
}
