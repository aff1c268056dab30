using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>Foreign keys of this and other tables that point at a column: each gets a twin that points at the copy.</summary>
/// <remarks>
/// The twin is added when the copy's unique index is there, for new writes first, and validated while writers go on; all of that in starting, so that
/// values that nothing in the copy equals are found while everything can be undone. The swap drops the key and gives its name to the twin.
/// </remarks>
internal sealed class PointingKeys
{
    private const int FirstWithForeignKeyNotValidOnPartitioned = 18;

    private readonly PlanningContext _context;
    private readonly NewColumn _parts;
    private readonly ColumnSnapshot _old;
    private readonly ImmutableArray<PointingKey> _keys;

    public PointingKeys(PlanningContext context, NewColumn parts, TableSnapshot table, ColumnSnapshot old, SourcePosition at)
    {
        (_context, _parts, _old) = (context, parts, old);
        _keys = [.. Here(table), .. Elsewhere(table, at)];
        foreach (var key in _keys)
        {
            Refuse(key, table, at);
        }
    }

    public IEnumerable<string> Notes => _keys.Select(k =>
        $"Foreign key {k.Key.Name} of {k.Stored} gets a twin that points at the changed column {_old.Name}; both hold while both versions serve.");

    /// <summary>Once the copy's indexes are there.</summary>
    public void BeforeSwap()
    {
        foreach (var key in _keys)
        {
            var points = key.Key.References! with { Table = _parts.Stored, ReferencedColumns = Referenced(key) };
            var add = Ddl.AddForeignKeyNotValid(key.Stored, Twin(key), key.StoredColumns, points);
            _parts.AddLate(add);
            if (key.Key.Validated)
            {
                var validate = Ddl.Validate(key.Stored, Twin(key), _parts.Stored) with
                {
                    Offenders = new Offenders(key.Child, key.Stored).OfReference(key.StoredColumns, points),
                };
                _parts.AddAfterLate(validate);
            }
        }
    }

    /// <summary>First in the swap.</summary>
    public void LetGo()
    {
        foreach (var key in _keys)
        {
            _parts.AddSwap(Ddl.DropConstraint(key.Named, key.Key.Name, "its twin points at the changed column") with
            {
                Locks = CommandLocks.DropForeignKey.On(key.Named, _parts.Named),
            });
        }
    }

    /// <summary>Once the old column is gone.</summary>
    public void AfterRename()
    {
        foreach (var key in _keys)
        {
            _parts.AddSwap(Ddl.RenameConstraint(key.Named, Twin(key), key.Key.Name));
            if (key.Key.Comment is { } comment)
            {
                _parts.AddSwap(Ddl.CommentOnConstraint(key.Named, key.Key.Name, comment));
            }
        }
    }

    private IEnumerable<PointingKey> Here(TableSnapshot table) =>
        from child in _context.Before.With(table).Tables.Values
        from key in child.Constraints
        where key.References is { } points && points.Table == _context.Named(table) && points.ReferencedColumns.Contains(_old.Name)
        select new PointingKey(child, key, _context.Stored(child), _context.Named(child));

    private IEnumerable<PointingKey> Elsewhere(TableSnapshot table, SourcePosition at) =>
        from schema in table.Dependents
            .Where(d => d.Kind == "foreign key" && d.Column == _old.StoredAs).Select(d => d.Schema).OfType<Identifier>()
            .Where(schema => schema != _context.Schema).Distinct()
        let other = _context.Ask(new ReadSchema(schema) { At = at, What = "column" })
        from child in other.Tables.Values
        from key in child.Constraints
        where key.References is { } points && points.Table == _context.Stored(table) && points.ReferencedColumns.Contains(_old.StoredAs)
        let name = new TableName(schema, child.Name)
        select new PointingKey(child, Known(key, table), name, name);

    // Other schemas know the columns by their stored names.
    private static ConstraintSnapshot Known(ConstraintSnapshot key, TableSnapshot table) => key with
    {
        References = key.References! with
        {
            ReferencedColumns = [.. key.References.ReferencedColumns.Select(stored => table.Columns.FirstOrDefault(c => c.StoredAs == stored)?.Name ?? stored)],
        },
    };

    private void Refuse(PointingKey key, TableSnapshot table, SourcePosition at)
    {
        if (key.Child.Name == table.Name && key.Stored == _parts.Stored && key.Key.Columns.Contains(_old.Name))
        {
            throw DependentRefusals.KeyDoesNotFit(at, key.Description, _old.Name, "it stands on both of its sides");
        }

        if (key.Child.IsPartitioned && _context.Facts.MajorVersion < FirstWithForeignKeyNotValidOnPartitioned)
        {
            throw DependentRefusals.KeyDoesNotFit(
                at, key.Description, _old.Name, "before PostgreSQL 18 a partitioned table cannot take one without checking every row at once");
        }

        var columns = string.Join(", ", key.Key.References!.ReferencedColumns);
        var child = key.Key.Columns.Select((c, i) => $"c{i} {key.Child.Find(c)!.Type}");
        var probed = _context.Ask(new ProbeDependents(
            [new TableSnapshot(_parts.After.Name, [.. _parts.After.Columns.Select(c => new ColumnSnapshot(c.Name, c.Type, c.Nullable) { Collation = c.Collation })])],
            [_context.Schema],
            [
                $"CREATE UNIQUE INDEX ON pg_temp.{_parts.After.Name} ({columns})",
                $"CREATE TEMPORARY TABLE lockkeeper_child ({string.Join(", ", child)})",
                $"ALTER TABLE pg_temp.lockkeeper_child ADD FOREIGN KEY ({string.Join(", ", key.Key.Columns.Select((_, i) => $"c{i}"))}) "
                + $"REFERENCES pg_temp.{_parts.After.Name} ({columns})",
            ])
        { At = at, What = "type" });
        if (probed.Message is { } message)
        {
            throw DependentRefusals.KeyDoesNotFit(at, key.Description, _old.Name, message);
        }
    }

    private ImmutableArray<Identifier> Referenced(PointingKey key) =>
        [.. key.Key.References!.ReferencedColumns.Select(name => _parts.After.Find(name)!.StoredAs)];

    private Identifier Twin(PointingKey key) => ReservedNames.TwinOf(_parts.Column.StoredAs, key.Key.Name);
}
