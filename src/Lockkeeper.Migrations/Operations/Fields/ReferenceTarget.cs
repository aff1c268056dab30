using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>The columns that a foreign key points at.</summary>
internal sealed class ReferenceTarget
{
    private readonly PlanningContext _context;
    private readonly TableSnapshot _table;
    private readonly ImmutableArray<ColumnSnapshot> _columns;
    private readonly SourcePosition _at;

    private ReferenceTarget(PlanningContext context, TableSnapshot table, ImmutableArray<ColumnSnapshot> columns, SourcePosition at) =>
        (_context, _table, _columns, _at) = (context, table, columns, at);

    private TableSnapshot? Present => _context.Present.Find(_table.StoredAs);

    /// <summary>Finds them, and refuses those that no foreign key can point at.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="self">The table that gets the key, as the operation leaves it, when it is not in the schema yet.</param>
    /// <param name="name">The referenced table.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="source">Where the file says so.</param>
    /// <param name="field">Under which key it names the columns.</param>
    public static ReferenceTarget Find(
        PlanningContext context, TableSnapshot? self, Identifier name, ImmutableArray<Identifier> columns, SourceMap source, string field)
    {
        var table = (self?.Name == name ? self : context.Before.Find(name))
            ?? throw Refusals.NoSuchTable(source.Of("table"), context.Schema, name);
        var target = new ReferenceTarget(
            context, table, [.. columns.Select(c => table.Find(c) ?? throw Refusals.NoSuchColumn(source.Of(field), name, c))], source.Of(field));
        var words = $"{(columns.Length == 1 ? "Column" : "Columns")} {string.Join(", ", columns)} of table {name}";
        if (!target.KeysOf(table, c => c.Name).Any())
        {
            throw Refusals.BadReference(
                source.Of(field), columns.Length == 1 ? $"{words} has no unique constraint of its own." : $"{words} have no unique constraint of their own.");
        }

        context.RefuseRetyped(table, columns, source.Of(field));
        if (target.GoingKey is { } going)
        {
            throw IndexRefusals.PointsAtGoingIndex(source.Of(field), going);
        }

        return target;
    }

    /// <summary>The key with the names that the referenced table has now, and with those that it will have.</summary>
    /// <param name="key">The key, whatever it points at.</param>
    /// <param name="child">The table that gets the key, as both versions know it while the migration is under way.</param>
    public ResolvedReference Of(ForeignKey key, TableSnapshot? child = null) => new(
        key with
        {
            Table = _context.Stored(_table),
            ReferencedColumns = [.. _columns.Select(c => c.StoredAs)],
            OnDeleteColumns = [.. key.OnDeleteColumns.Select(c => child?.Find(c)?.StoredAs ?? c)],
        },
        key with { Table = _context.Named(_table), ReferencedColumns = [.. _columns.Select(c => c.Name)] },
        // A table that is created together with the key brings its own keys along.
        IsLate: _context.Before.Find(_table.Name) is not null && (Present is not { } present || !KeysOf(present, c => c.StoredAs).Any()),
        IsThere: Present is { } table && _columns.All(c => table.Find(c.StoredAs) is not null));

    // Of several that would do, the server takes the one that was made first (transformFkeyCheckAttrs in tablecmds.c), and keeps it from being dropped.
    private Identifier? GoingKey => Present is { } present
        ? KeysOf(present, c => c.StoredAs).Where(name => _table.Indexes.All(index => index.Name != name) && !_context.Renamed.Contains(name))
            .Select(name => (Identifier?)name).FirstOrDefault()
        : null;

    /// <summary>The indexes that make the columns unique, and that a foreign key can use.</summary>
    /// <remarks>The server takes no deferrable key for it, and no index that is partial or over an expression.</remarks>
    private IEnumerable<Identifier> KeysOf(TableSnapshot table, Func<ColumnSnapshot, Identifier> name)
    {
        foreach (var constraint in table.Constraints.Where(c => c.Key is { Deferrable: false } key && IsAll(key.Columns, name)))
        {
            yield return constraint.Name;
        }

        foreach (var index in table.Indexes.Where(index => index is { Unique: true, BelongsToConstraint: false } && _columns.All(c => index.Columns.Contains(name(c)))))
        {
            var row = table with { StoredAs = table.Name, Columns = [.. table.Columns.Select(c => c.Completed())] };
            var printed = _context.Ask(new RewriteDefinitions(row) { At = _at, What = "references", Indexes = [index.Definition] }).Indexes[0];
            if (printed.IsPlain && IsAll(printed.KeyColumns, name))
            {
                yield return index.Name;
            }
        }
    }

    private bool IsAll(ImmutableArray<Identifier> names, Func<ColumnSnapshot, Identifier> name) =>
        names.Length == _columns.Length && _columns.All(c => names.Contains(name(c)));
}
