using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>All that one operation will do, decided before anything is run, in the parts that migrations are put together from.</summary>
internal sealed record OperationPlan
{
    /// <summary>The schema as the new version sees it, with the stored name of whatever is not final yet.</summary>
    public required SchemaSnapshot After { get; init; }

    /// <summary>Starting, before all else: types that the objects of other operations are made of.</summary>
    public ImmutableArray<Step> Types { get; init; } = [];

    /// <summary>Starting, next: values of types, each statement alone, because nothing can use a value before it is committed.</summary>
    public ImmutableArray<Step> Values { get; init; } = [];

    /// <summary>What <see cref="Types"/> and <see cref="Values"/> come to, for a transaction in which the server is asked what later operations mean.</summary>
    public ImmutableArray<string> Preamble { get; init; } = [];

    /// <summary>Starting, first: objects that nobody uses yet.</summary>
    public ImmutableArray<Step> Create { get; init; } = [];

    /// <summary>Starting, before tables in use are extended: each statement alone; it fails if rows are not as they must be.</summary>
    public ImmutableArray<Step> Looks { get; init; } = [];

    /// <summary>Starting, second: tables that are in use.</summary>
    public ImmutableArray<TableChange> Tables { get; init; } = [];

    /// <summary>Starting, after the backfill: each statement alone, outside a transaction. Rolling back, their undo runs likewise.</summary>
    public ImmutableArray<Step> AfterBackfill { get; init; } = [];

    /// <summary>Starting, after the indexes are built, in one transaction: foreign keys that need them.</summary>
    public ImmutableArray<Step> Late { get; init; } = [];

    /// <summary>Starting, after that: each statement alone.</summary>
    public ImmutableArray<Step> AfterLate { get; init; } = [];

    /// <summary>Users' views, with their rules and triggers: dropped first in the swap, and made again last in it.</summary>
    public ImmutableArray<Dependents.Dependent> Views { get; init; } = [];

    /// <summary>The columns that <see cref="Swap"/> replaces by copies.</summary>
    public ImmutableArray<CarriedColumn> Carried { get; init; } = [];

    /// <summary>Tables that get an index over an expression, of which the server knows nothing before the whole table is analyzed.</summary>
    public ImmutableArray<TableName> Expressions { get; init; } = [];

    /// <summary>Tables whose extended statistics <see cref="Swap"/> makes again, by the names that they have until then.</summary>
    public ImmutableArray<TableName> Statistics { get; init; } = [];

    /// <summary>Completing, first: each statement alone, under locks that let writers pass.</summary>
    public ImmutableArray<Step> Validate { get; init; } = [];

    /// <summary>Completing, second: all operations' statements in one short transaction, in the order of the file.</summary>
    public ImmutableArray<Step> Swap { get; init; } = [];

    /// <summary>Completing, third: indexes that the new version does without, each dropped alone while writers go on.</summary>
    public ImmutableArray<UnusedIndex> UnusedIndexes { get; init; } = [];

    /// <summary>The names of indexes that have another one in the end.</summary>
    public ImmutableArray<Identifier> Renamed { get; init; } = [];

    /// <summary>The indexes that leave their names in <see cref="Swap"/>.</summary>
    public ImmutableArray<MadeWay> MadeWay { get; init; } = [];

    /// <summary>The columns whose type <see cref="Swap"/> changes: views of them must be made anew in the same transaction.</summary>
    public ImmutableArray<RetypedColumn> Retyped { get; init; } = [];

    /// <summary>What is there when tables in use are extended, where it is not only what the operation creates.</summary>
    public SchemaSnapshot? Present { get; init; }

    /// <summary>SQL of the user's, whose effect only the server can tell.</summary>
    public UserSql? Sql { get; init; }

    /// <summary>What somebody should know before starting, in sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public bool Equals(OperationPlan? other) => other is not null && After == other.After && Types.SequenceEqual(other.Types)
        && Values.SequenceEqual(other.Values) && Preamble.SequenceEqual(other.Preamble)
        && UnusedIndexes.SequenceEqual(other.UnusedIndexes) && Create.SequenceEqual(other.Create)
        && Tables.SequenceEqual(other.Tables) && AfterBackfill.SequenceEqual(other.AfterBackfill)
        && Validate.SequenceEqual(other.Validate) && Swap.SequenceEqual(other.Swap) && Sql == other.Sql
        && Looks.SequenceEqual(other.Looks) && Late.SequenceEqual(other.Late) && AfterLate.SequenceEqual(other.AfterLate)
        && Renamed.SequenceEqual(other.Renamed) && MadeWay.SequenceEqual(other.MadeWay)
        && Views.SequenceEqual(other.Views) && Carried.SequenceEqual(other.Carried) && Expressions.SequenceEqual(other.Expressions)
        && Statistics.SequenceEqual(other.Statistics) && Present == other.Present && Retyped.SequenceEqual(other.Retyped) && Notes.SequenceEqual(other.Notes);

    public override int GetHashCode() => HashCode.Combine(After, Create.Length, Tables.Length, Swap.Length);
}
