using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>A constraint of a table as a migration file describes it.</summary>
internal sealed record ConstraintFields(Identifier Name, ConstraintKind Kind, ImmutableArray<Identifier> Columns)
{
    /// <summary>What a new table can have.</summary>
    public static readonly Choices<ConstraintKind> OfNewTables = Choices<ConstraintKind>.IgnoringCase(
        ("unique", ConstraintKind.Unique), ("check", ConstraintKind.Check), ("primary_key", ConstraintKind.PrimaryKey),
        ("foreign_key", ConstraintKind.ForeignKey), ("exclude", ConstraintKind.Exclusion));

    /// <summary>What a table in use can get. An exclusion constraint cannot be built while writers go on (manual, ALTER TABLE).</summary>
    public static readonly Choices<ConstraintKind> OfTablesInUse = Choices<ConstraintKind>.IgnoringCase(
        ("unique", ConstraintKind.Unique), ("check", ConstraintKind.Check), ("primary_key", ConstraintKind.PrimaryKey),
        ("foreign_key", ConstraintKind.ForeignKey));

    public string? Check { get; init; }

    public bool NoInherit { get; init; }

    public bool NullsNotDistinct { get; init; }

    public bool Deferrable { get; init; }

    public bool InitiallyDeferred { get; init; }

    public TableReferenceFields? References { get; init; }

    public IndexParameterFields Index { get; init; } = IndexParameterFields.None;

    public ExcludeFields? Exclude { get; init; }

    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>A primary key or unique constraint by its parts.</summary>
    public KeyConstraint Key => new(Kind, Columns)
    {
        Include = Index.Include,
        NullsNotDistinct = NullsNotDistinct,
        Deferrable = Deferrable || InitiallyDeferred,
        InitiallyDeferred = InitiallyDeferred,
    };

    /// <summary>A foreign key with the names that everything has now, and with those that it will have.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="child">The table that gets the key.</param>
    public ResolvedReference Resolve(PlanningContext context, TableSnapshot child)
    {
        var key = new ForeignKey(new TableName(context.Schema, References!.Table), References.Columns)
        {
            OnDelete = References.OnDelete,
            OnUpdate = References.OnUpdate,
            Match = References.Match,
            OnDeleteColumns = References.OnDeleteSetColumns,
            Deferrable = Deferrable || InitiallyDeferred,
            InitiallyDeferred = InitiallyDeferred,
        };
        return References.Columns.Length == Columns.Length
            ? ReferenceTarget.Find(context, child, References.Table, References.Columns, References.Source, "columns").Of(key, child)
            : throw Refusals.BadReference(
                References.Source.Of("columns"), $"{Columns.Length} columns cannot point at {References.Columns.Length}.");
    }

    public static ConstraintFields ReadOfNewTable(FieldReader reader) => Read(reader, OfNewTables);

    public static ConstraintFields Read(FieldReader reader, Choices<ConstraintKind> kinds)
    {
        var fields = new ConstraintFields(reader.RequiredName("name"), reader.RequiredChoice("type", kinds), reader.OptionalNames("columns"))
        {
            Check = reader.OptionalText("check"),
            NoInherit = reader.Flag("no_inherit", false),
            NullsNotDistinct = reader.Flag("nulls_not_distinct", false),
            Deferrable = reader.Flag("deferrable", false),
            InitiallyDeferred = reader.Flag("initially_deferred", false),
            References = reader.OptionalObject("references", TableReferenceFields.Read),
            Index = reader.OptionalObject("index_parameters", IndexParameterFields.Read) ?? IndexParameterFields.None,
            Exclude = kinds == OfNewTables ? reader.OptionalObject("exclude", ExcludeFields.Read) : null,
            Source = reader.Source,
        };
        ConstraintRules.Refuse(reader, fields);
        return fields;
    }

    public bool Equals(ConstraintFields? other) => other is not null && Name == other.Name && Kind == other.Kind
        && Columns.SequenceEqual(other.Columns) && Check == other.Check && NoInherit == other.NoInherit
        && NullsNotDistinct == other.NullsNotDistinct && Deferrable == other.Deferrable && InitiallyDeferred == other.InitiallyDeferred
        && References == other.References && Index == other.Index && Exclude == other.Exclude;

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Columns.Length);
}
