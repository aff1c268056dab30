using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations.Fields;

/// <summary>The columns that a foreign key points at.</summary>
internal sealed class ReferenceTarget
{
    private readonly TableSnapshot _table;
    private readonly ImmutableArray<ColumnSnapshot> _columns;

    private ReferenceTarget(TableSnapshot table, ImmutableArray<ColumnSnapshot> columns) => (_table, _columns) = (table, columns);

    /// <summary>Finds them, and refuses those that no foreign key can point at.</summary>
    /// <param name="schema">The schema as this operation sees it.</param>
    /// <param name="self">The table that gets the key, when it is not in the schema yet.</param>
    /// <param name="name">The referenced table.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="source">Where the file says so.</param>
    /// <param name="field">Under which key it names the columns.</param>
    public static ReferenceTarget Find(
        SchemaSnapshot schema, TableSnapshot? self, Identifier name, ImmutableArray<Identifier> columns, SourceMap source, string field)
    {
        var table = (self?.Name == name ? self : schema.Find(name))
            ?? throw Refusals.NoSuchTable(source.Of("table"), schema.Schema, name);
        var target = new ReferenceTarget(
            table, [.. columns.Select(c => table.Find(c) ?? throw Refusals.NoSuchColumn(source.Of(field), name, c))]);
        var words = $"{(columns.Length == 1 ? "Column" : "Columns")} {string.Join(", ", columns)} of table {name}";
        if (!target.IsUnique)
        {
            throw Refusals.BadReference(
                source.Of(field), columns.Length == 1 ? $"{words} has no unique constraint of its own." : $"{words} have no unique constraint of their own.");
        }

        return target._columns.Any(ReservedNames.IsNew)
            ? throw Refusals.BadReference(
                source.Of(field), $"{words} {(columns.Length == 1 ? "is" : "are")} changed by this migration and not unique before the rows are filled.")
            : target;
    }

    /// <summary>The key with the names that the referenced table has now, and with those that it will have.</summary>
    /// <param name="key">The key, whatever it points at.</param>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="child">The table that gets the key, as both versions know it while the migration is under way.</param>
    public (ForeignKey Stored, ForeignKey Final) Of(ForeignKey key, Identifier schema, TableSnapshot? child = null) => (
        key with
        {
            Table = new TableName(schema, _table.StoredAs),
            ReferencedColumns = [.. _columns.Select(c => c.StoredAs)],
            OnDeleteColumns = [.. key.OnDeleteColumns.Select(c => child?.Find(c)?.StoredAs ?? c)],
        },
        key with { Table = new TableName(schema, _table.Name), ReferencedColumns = [.. _columns.Select(c => c.Name)] });

    // The server takes no deferrable key and no partial index for a foreign key to point at.
    private bool IsUnique => _table.Constraints.Any(c => c.Key is { Deferrable: false } key && IsAll(key.Columns))
        || _table.Indexes.Any(index => index is { Unique: true, BelongsToConstraint: false } && IsAll(index.Columns));

    private bool IsAll(ImmutableArray<Identifier> names) => names.Length == _columns.Length && _columns.All(c => names.Contains(c.Name));
}
