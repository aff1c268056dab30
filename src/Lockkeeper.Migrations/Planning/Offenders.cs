using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Queries for a few of the rows that a constraint does not hold for: by their key, because a value may be nobody's business.</summary>
internal sealed class Offenders(TableSnapshot table, TableName stored)
{
    private const int Shown = 5;

    /// <param name="definition">CHECK (...), as the server prints it over the stored names.</param>
    public string OfCheck(string definition)
    {
        const string NoInherit = " NO INHERIT";
        var condition = definition["CHECK ".Length..];
        if (condition.EndsWith(NoInherit, StringComparison.Ordinal))
        {
            condition = condition[..^NoInherit.Length];
        }

        return Of($"{condition} IS FALSE");
    }

    public string OfNotNull(Identifier column) => Of($"{column} IS NULL");

    public string OfReference(ImmutableArray<Identifier> columns, ForeignKey key)
    {
        var pairs = columns.Zip(key.ReferencedColumns, (child, parent) => $"p.{parent} = c.{child}");
        var orphan = $"NOT EXISTS (SELECT FROM {key.Table} AS p WHERE {string.Join(" AND ", pairs)})";
        var whole = string.Join(" AND ", columns.Select(c => $"c.{c} IS NOT NULL"));
        var mixed = string.Join(" OR ", columns.Select(c => $"c.{c} IS NOT NULL"));
        return Of(key.Match == ForeignKey.MatchSimple ? $"{whole} AND {orphan}" : $"({mixed}) AND {orphan}");
    }

    public string OfKey(ImmutableArray<Identifier> columns)
    {
        var list = string.Join(", ", columns);
        return $"SELECT {Words(columns)} || format(' (%s rows)', count(*)) FROM {stored} GROUP BY {list} HAVING count(*) > 1 LIMIT {Shown}";
    }

    private string Of(string condition) => $"SELECT {Words(Key)} FROM {stored} AS c WHERE {condition} LIMIT {Shown}";

    // A table without a key has only the place of a row to tell it by.
    private ImmutableArray<Identifier> Key =>
        table.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey) is { } key
            ? [.. key.Columns.Select(c => table.Find(c)!.StoredAs)]
            : [new Identifier("ctid")];

    private string Words(ImmutableArray<Identifier> columns)
    {
        var names = columns.Select(c => table.Columns.FirstOrDefault(t => t.StoredAs == c)?.Name ?? c);
        var format = string.Join(", ", names.Select(name => $"{name.Value.Replace("%", "%%", StringComparison.Ordinal)} = %s"));
        return $"format({new Literal(format)}, {string.Join(", ", columns)})";
    }
}
