using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What a table reads like once one of its columns has another name.</summary>
internal static class RenamedColumn
{
    /// <summary>The table with the column renamed wherever it is mentioned. The server rewrites expressions, so it may have to be asked.</summary>
    public static TableSnapshot In(
        PlanningContext context, TableSnapshot table, ColumnSnapshot column, Identifier to, SourcePosition at)
    {
        // Over this row, "stored" stands for the new version's names: all as they are, but for one.
        var row = table with
        {
            Columns = [.. table.Columns.Select(c => c.Completed() with { StoredAs = c == column ? to : c.Name })],
        };
        var texts = table.Constraints.Where(IsText).ToImmutableArray();
        var generated = table.Columns.Where(c => c.Generated is not null).ToImmutableArray();
        var rewritten = context.Ask(new RewriteDefinitions(row)
        {
            At = at,
            What = "to",
            Checks = [.. texts.Select(c => c.Definition)],
            Indexes = [.. table.Indexes.Select(i => i.Definition)],
            Generated = [.. generated.Select(c => c.Generated!)],
        });

        return table with
        {
            Columns =
            [
                .. table.Columns.Select(c => c == column
                    ? c.SeenAs(to)
                    : c with { Generated = c.Generated is null ? null : rewritten.Generated[generated.IndexOf(c)] }),
            ],
            Constraints =
            [
                .. table.Constraints.Select(c => c switch
                {
                    { Key: { } key } => ConstraintSnapshot.Of(c.Name, Renamed(key, column.Name, to)) with { Validated = c.Validated, Comment = c.Comment },
                    { References: { } references } => ConstraintSnapshot.Of(
                        c.Name, Renamed(c.Columns, column.Name, to), Renamed(references, table, column.Name, to, context.Schema)) with
                    {
                        Validated = c.Validated,
                        Comment = c.Comment,
                    },
                    _ => c with
                    {
                        Columns = Renamed(c.Columns, column.Name, to),
                        Definition = rewritten.Checks[texts.IndexOf(c)].Definition,
                    },
                }),
            ],
            Indexes =
            [
                .. table.Indexes.Select((index, i) => index with
                {
                    Columns = Renamed(index.Columns, column.Name, to),
                    Definition = rewritten.Indexes[i].Definition,
                }),
            ],
        };
    }

    /// <summary>The schema in which the foreign keys of other tables follow the column to its new name.</summary>
    public static SchemaSnapshot InReferences(SchemaSnapshot schema, TableSnapshot table, Identifier from, Identifier to)
    {
        foreach (var other in schema.Tables.Values.Where(t => t.Name != table.Name))
        {
            schema = schema.With(other with
            {
                Constraints =
                [
                    .. other.Constraints.Select(c => c.References is { } key && key.Table == new TableName(schema.Schema, table.Name)
                        ? ConstraintSnapshot.Of(c.Name, c.Columns, key with { ReferencedColumns = Renamed(key.ReferencedColumns, from, to) }) with
                        {
                            Validated = c.Validated,
                            Comment = c.Comment,
                        }
                        : c),
                ],
            });
        }

        return schema;
    }

    private static bool IsText(ConstraintSnapshot constraint) => constraint is { Key: null, References: null };

    private static KeyConstraint Renamed(KeyConstraint key, Identifier from, Identifier to) => key with
    {
        Columns = Renamed(key.Columns, from, to),
        Include = Renamed(key.Include, from, to),
    };

    private static ForeignKey Renamed(ForeignKey key, TableSnapshot table, Identifier from, Identifier to, Identifier schema) => key with
    {
        // A table that points at itself names the column on both sides.
        ReferencedColumns = key.Table == new TableName(schema, table.Name)
            ? Renamed(key.ReferencedColumns, from, to)
            : key.ReferencedColumns,
        OnDeleteColumns = Renamed(key.OnDeleteColumns, from, to),
    };

    private static ImmutableArray<Identifier> Renamed(ImmutableArray<Identifier> names, Identifier from, Identifier to) =>
        [.. names.Select(name => name == from ? to : name)];
}
