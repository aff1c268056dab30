using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>"up" and "down" of an operation on several columns: SQL by column. One that is left out altogether changes no value.</summary>
internal sealed record ColumnMaps(ImmutableSortedDictionary<string, string> Up, ImmutableSortedDictionary<string, string> Down)
{
    public SourceMap Source { get; init; } = SourceMap.None;

    /// <summary>Refuses columns that are named without being covered, and covered ones that a given map says nothing about.</summary>
    /// <param name="columns">The columns of the constraint.</param>
    /// <param name="upIsPartial">Whether "up" may leave columns out.</param>
    public void Refuse(ImmutableArray<Identifier> columns, bool upIsPartial)
    {
        Refuse("down", Down, columns, isPartial: false);
        Refuse("up", Up, columns, upIsPartial);
    }

    /// <summary>The columns that must be copied, because a value of theirs changes.</summary>
    public ImmutableArray<ColumnChange> Changes(PlanningContext context, TableSnapshot table, ImmutableArray<Identifier> columns) =>
    [
        .. columns.Distinct().Select(name => ChangeOf(table.Find(name)!)).Where(change => !context.AreKept(table, change)),
    ];

    /// <summary>How a column's values are made.</summary>
    public ColumnChange ChangeOf(ColumnSnapshot column) => new(
        column, column, Up.GetValueOrDefault(column.Name.Value), Down.GetValueOrDefault(column.Name.Value))
    {
        At = Source.At,
        UpAt = Source.Of("up", column.Name.Value),
        DownAt = Source.Of("down", column.Name.Value),
    };

    public bool Equals(ColumnMaps? other) => other is not null && Up.SequenceEqual(other.Up) && Down.SequenceEqual(other.Down);

    public override int GetHashCode() => HashCode.Combine(Up.Count, Down.Count);

    private void Refuse(string field, ImmutableSortedDictionary<string, string> map, ImmutableArray<Identifier> columns, bool isPartial)
    {
        if (map.Keys.FirstOrDefault(name => !columns.Contains(new Identifier(name))) is { } stranger)
        {
            throw Refusals.ColumnNotOfConstraint(Source.Of(field, stranger), field, new Identifier(stranger));
        }

        if (!isPartial && !map.IsEmpty && columns.FirstOrDefault(c => !map.ContainsKey(c.Value)) is { Value: not null } missing)
        {
            throw Refusals.ColumnNotMapped(Source.Of(field), field, missing);
        }
    }
}
