using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Versions;

/// <summary>The schema of a version: a view for each table, with the version's names, order of columns and defaults.</summary>
internal static class VersionViews
{
    // Since 15 a view can check the rights, and the row security, of whoever uses it and not of its owner.
    public const int FirstWithSecurityInvoker = 15;

    /// <summary>The statements that make the schema; each can be run when what it makes is there already.</summary>
    /// <param name="version">The schema as the version sees it.</param>
    /// <param name="stored">The schema as the tables are now, whose defaults a view has without being told.</param>
    /// <param name="versionSchema">The schema of the views.</param>
    /// <param name="majorVersion">The server's.</param>
    /// <param name="replace">Whether the views may be there already, of other columns.</param>
    public static ImmutableArray<Step> Create(
        SchemaSnapshot version, SchemaSnapshot stored, Identifier versionSchema, int majorVersion, bool replace = false) =>
    [
        new Step($"CREATE SCHEMA IF NOT EXISTS {versionSchema}", [], "the new version's schema")
        {
            Undo = new Step($"DROP SCHEMA IF EXISTS {versionSchema}", [], "take back the new version's schema"),
        },
        .. Usage(version.Grants).Select(grant =>
            new Step(Ddl.GrantOn(grant.Privilege, $"SCHEMA {versionSchema}", grant), [], "whoever may use the tables' schema may use this one")),
        .. version.Tables.Values.SelectMany(table => View(version.Schema, table, stored, versionSchema, majorVersion, replace)),
    ];

    /// <summary>The statement that drops one table's view.</summary>
    public static Step DropOf(TableSnapshot table, Identifier versionSchema) =>
        DropView(new TableName(versionSchema, table.Name), "made anew for a column's new type");

    /// <summary>The statements that make one table's view again, once everything in the table has its name and its default.</summary>
    public static IEnumerable<Step> CreateOf(TableSnapshot table, Identifier schema, MigrationFacts facts)
    {
        var completed = new SchemaSnapshot(schema, SchemaSnapshot.NoTables).With(table with { Columns = [.. ColumnOrder.Of(table)] }).Completed();
        return View(schema, completed.Find(table.Name)!, completed, facts.VersionSchema, facts.MajorVersion, replace: false);
    }

    /// <summary>The statements that drop a version's views and schema; nothing of a user's that depends on them is dropped along.</summary>
    public static ImmutableArray<Step> Drop(Identifier versionSchema, IEnumerable<Identifier> views, string purpose) =>
    [
        .. views.Select(view => DropView(new TableName(versionSchema, view), purpose)),
        new Step($"DROP SCHEMA IF EXISTS {versionSchema}", [], purpose),
    ];

    // What everybody may do, a role need not be allowed by name.
    private static IEnumerable<Grant> Usage(ImmutableArray<Grant> grants)
    {
        var usage = grants.Where(grant => grant.Privilege == "USAGE");
        return usage.Any(grant => grant.Grantee is null) ? usage.Where(grant => grant.Grantee is null || grant.WithGrantOption) : usage;
    }

    private static IEnumerable<Step> View(
        Identifier schema, TableSnapshot table, SchemaSnapshot stored, Identifier versionSchema, int majorVersion, bool replace)
    {
        var view = new TableName(versionSchema, table.Name);
        var source = new TableName(schema, table.StoredAs);
        var columns = string.Join(",\n    ", ColumnOrder.Of(table).Select(c => c.StoredAs == c.Name ? $"{c.Name}" : $"{c.StoredAs} AS {c.Name}"));
        var options = majorVersion >= FirstWithSecurityInvoker ? " WITH (security_invoker = true)" : "";
        if (replace)
        {
            yield return DropView(view, "made anew");
        }

        yield return new Step(
            $"CREATE VIEW {view}{options} AS\nSELECT\n    {columns}\nFROM {source}",
            CommandLocks.CreateView.On(source),
            $"table {table.Name} as the new version sees it")
        {
            Undo = DropView(view, "take back the new version's view"),
        };
        foreach (var (column, expression) in Defaults(table, stored))
        {
            yield return new Step($"ALTER VIEW {view} ALTER COLUMN {column} SET DEFAULT {expression}", [], "the new version's default");
        }

        if (table.Comment is not null)
        {
            yield return new Step($"COMMENT ON VIEW {view} IS {new Literal(table.Comment)}", [], "the table's comment");
        }

        foreach (var column in table.Columns.Where(c => c.Comment is not null))
        {
            yield return Ddl.CommentOnColumn(view, column.Name, column.Comment) with { Locks = [] };
        }

        foreach (var grant in table.Grants.Where(g => g.Privilege is "SELECT" or "INSERT" or "UPDATE" or "DELETE"))
        {
            yield return new Step(Ddl.GrantOn(grant.Privilege, $"TABLE {view}", grant), [], "the table's privileges");
        }

        foreach (var (column, grant) in table.Columns.SelectMany(c => c.Grants, (c, grant) => (c.Name, grant)))
        {
            if (grant.Privilege is "SELECT" or "INSERT" or "UPDATE")
            {
                yield return Ddl.Grant(view, column, grant);
            }
        }
    }

    private static Step DropView(TableName view, string purpose) =>
        new($"DROP VIEW IF EXISTS {view}", CommandLocks.DropView.On(view), purpose);

    private static IEnumerable<(Identifier Column, string Expression)> Defaults(TableSnapshot table, SchemaSnapshot stored)
    {
        var now = stored.Tables.Values.FirstOrDefault(t => t.StoredAs == table.StoredAs);
        foreach (var column in table.Columns)
        {
            var storedColumn = now?.Columns.FirstOrDefault(c => c.StoredAs == column.StoredAs);
            if (storedColumn is not null && storedColumn.Default != column.Default)
            {
                // A plain NULL is taken for "no default" and the table's would be used (AddRelationNewConstraints in heap.c).
                yield return (column.Name, column.Default ?? $"CASE WHEN true THEN NULL::{column.Type} END");
            }
        }
    }
}
