using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Brings to a column's copy the constraints and indexes that the column has, so that none is lost with it.</summary>
/// <remarks>
/// The server prints each over the copy's name (its own text, so nothing of it is lost). They live under names of their own next to
/// the old ones; completion drops the old column, which takes the old ones along, and gives their names to the new ones.
/// </remarks>
internal sealed class CarriedOver
{
    private readonly PlanningContext _context;
    private readonly NewColumn _parts;
    private readonly TableSnapshot _table;
    private readonly ColumnSnapshot _old;
    private readonly ImmutableArray<ConstraintSnapshot> _constraints;
    private readonly ImmutableArray<ConstraintSnapshot> _checks;
    private readonly ImmutableArray<IndexSnapshot> _indexes;
    private readonly Server.Compiling.RewrittenDefinitions _stored;
    private readonly Server.Compiling.RewrittenDefinitions _final;
    private readonly Identifier _schema;
    private readonly CarriedDependents _dependents;
    private readonly PointingKeys _pointing;
    private readonly CarriedSequence _sequence;
    private readonly NamedNotNull? _notNull;
    private readonly CarriedAtOnce _atOnce;

    public CarriedOver(PlanningContext context, NewColumn parts, TableSnapshot table, ColumnSnapshot old, SourcePosition at)
    {
        (_context, _parts, _table, _old, _schema) = (context, parts, table, old, context.Schema);
        _constraints = [.. table.Constraints.Where(c => table.Mentions(c, old.Name))];
        _checks = [.. _constraints.Where(c => c.Kind == ConstraintKind.Check)];
        _atOnce = new CarriedAtOnce(context, parts, table, old, _constraints, at);
        _indexes = [.. table.Indexes.Where(i => i.Columns.Contains(old.Name) && !_atOnce.Has(i))];
        if (!_indexes.IsEmpty)
        {
            parts.RefusePartitionedIndex(at);
        }

        _dependents = new CarriedDependents(context, parts, table, old, at);
        _pointing = new PointingKeys(context, parts, table, old, at);
        _sequence = new CarriedSequence(context, parts, old, at);
        _notNull = old.Nullable || ReservedNames.IsNew(old) ? null : NotNullNames.Of(context, table, old);
        _stored = Ask(context, parts.After, at);
        _final = Ask(context, parts.FinalRow, at);
    }

    /// <summary>The table, by the name that it has until completion.</summary>
    public TableName Table => _parts.Stored;

    /// <summary>Whether an index over an expression is built again.</summary>
    public bool HasExpressions => _stored.Indexes.Any(index => index.HasExpressions);

    /// <summary>Whether extended statistics are made again.</summary>
    public bool HasStatistics => _dependents.HasStatistics;

    /// <summary>What the swap puts back as it is now; null for the copy of a copy, on which nobody but this migration can have made anything.</summary>
    public CarriedColumn? Planned => ReservedNames.IsNew(_old) || _context.Present.Find(_table.StoredAs) is not { } present
        ? null
        : new CarriedColumn(Table, _old.StoredAs, [.. OwnObjects.Of(present, _old.StoredAs, []), .. _dependents.Planned])
        {
            Made =
            [
                .. _table.Constraints.Select(c => c.Name).Except(present.Constraints.Select(c => c.Name)),
                .. _table.Indexes.Select(i => i.Name).Except(present.Indexes.Select(i => i.Name)),
            ],
            VersionSchemas = _context.Facts.VersionSchemas,
        };

    /// <summary>What stays and what is made again, in sentences.</summary>
    public ImmutableArray<string> Notes =>
    [
        .. _constraints.Select(c => $"Constraint {c.Name} is made again for the changed column {_old.Name}."),
        .. _indexes.Where(i => !i.BelongsToConstraint).Select(i => $"Index {i.Name} is built again for the changed column {_old.Name}."),
        .. _indexes.Where(i => i.Unique).Select(i => $"While both versions serve, there are two of unique index {i.Name}, and ON CONFLICT looks at one: "
            + "of two upserts of the same new key at the same moment one may be refused."),
        .. _atOnce.Notes,
        .. _pointing.Notes,
        .. _sequence.Notes,
        .. _dependents.Notes,
    ];

    /// <summary>What starts with the copy, and what is built for it after the backfill.</summary>
    public void BeforeSwap()
    {
        foreach (var kept in _table.Constraints.RemoveRange(_constraints))
        {
            _parts.AddResult(kept);
        }

        foreach (var kept in _table.Indexes.RemoveRange(_indexes).RemoveAll(_atOnce.Has))
        {
            _parts.AddResult(kept);
        }

        foreach (var (check, i) in _checks.Select((check, i) => (check, i)))
        {
            _parts.AddExpand(Ddl.AddCheckNotValid(
                _parts.Stored, CopyOf(check.Name), _stored.Checks[i].Definition, $"the copy obeys {check.Name} too"));
            _parts.AddValidate(Ddl.Validate(_parts.Stored, CopyOf(check.Name)));
        }

        _atOnce.BeforeSwap(CopyOf);
        _dependents.BeforeSwap();
        foreach (var key in _constraints.Where(c => c.References is not null))
        {
            var add = Ddl.AddForeignKeyNotValid(_parts.Stored, CopyOf(key.Name), StoredNames(_parts.After, key.Columns), Stored(key.References!));
            if (PointsAtCopy(key.References!))
            {
                _parts.AddLate(add);
            }
            else
            {
                _parts.AddExpand(add);
            }

            _parts.AddValidate(Ddl.Validate(_parts.Stored, CopyOf(key.Name), _context.Stored(key.References!.Table)));
        }

        foreach (var (index, i) in _indexes.Select((index, i) => (index, i)))
        {
            _parts.AddAfterBackfill(Ddl.CreateIndexConcurrently(
                _parts.Stored, CopyOf(index.Name), index.Unique, _stored.Indexes[i].Definition, $"index {index.Name} for the copy"));
        }

        _pointing.BeforeSwap();
    }

    /// <summary>Puts the copy in the old column's place, and what was made again in the place of what goes with the old column.</summary>
    public void Swap()
    {
        _pointing.LetGo();
        _dependents.LetGo();
        _sequence.Remember();
        if (_dependents.NeedsBoth)
        {
            var away = ReservedNames.OldColumn(_old.Name);
            _parts.AddSwap(Ddl.RenameColumn(_parts.Named, _old.Name, away, "out of the way of the changed column"));
            _parts.AddName();
            _dependents.BindAnew();
            DropOld(away, _old.Name);
        }
        else
        {
            DropOld(_old.Name, _parts.Column.StoredAs);
            _parts.AddName();
        }

        _parts.AddNotNull(_notNull);
        _sequence.TakeOver();
        AfterRename();
        _pointing.AfterRename();
        _dependents.MakeAgain();
    }

    private void DropOld(Identifier name, Identifier heir)
    {
        _atOnce.LetGo();
        _sequence.Give(heir);
        _parts.AddSwap(Ddl.DropColumn(_parts.Named, name, _constraints, "the old version's column, and what was made again for the copy"));
    }

    // Gives the old names to what was made again.
    private void AfterRename()
    {
        foreach (var (check, i) in _checks.Select((check, i) => (check, i)))
        {
            _parts.AddSwap(Ddl.RenameConstraint(_parts.Named, CopyOf(check.Name), check.Name));
            CommentOn(check);
            _parts.AddResult(check with
            {
                Columns = _final.Checks[i].Columns,
                Definition = _final.Checks[i].Definition,
                Validated = true,
            });
        }

        _atOnce.AfterRename(CopyOf);
        foreach (var key in _constraints.Where(c => c.References is not null))
        {
            _parts.AddSwap(Ddl.RenameConstraint(_parts.Named, CopyOf(key.Name), key.Name));
            CommentOn(key);
            _parts.AddResult(key with { Validated = true });
        }

        foreach (var (index, i) in _indexes.Select((index, i) => (index, i)))
        {
            var constraint = _constraints.FirstOrDefault(c => c.Key is not null && c.Name == index.Name);
            _parts.AddSwap(constraint is null
                ? Ddl.RenameIndex(_schema, _parts.Named, CopyOf(index.Name), index.Name)
                : Ddl.AddKeyUsingIndex(_parts.Named, constraint.Name, constraint.Key!, CopyOf(index.Name)));
            RenameColumnsOf(index.Name, _stored.Indexes[i]);
            if (index.Name == _table.ReplicaIdentity)
            {
                _parts.AddSwap(Ddl.ReplicaIdentityUsing(_parts.Named, index.Name));
            }

            _parts.AddResult(index with { Columns = _final.Indexes[i].Columns, Definition = _final.Indexes[i].Definition });
            if (index.Comment is not null)
            {
                _parts.AddSwap(Ddl.CommentOnIndex(new TableName(_schema, index.Name), index.Comment));
            }

            if (constraint is not null)
            {
                CommentOn(constraint);
                _parts.AddResult(constraint);
            }
        }
    }

    private void CommentOn(ConstraintSnapshot constraint)
    {
        if (constraint.Comment is not null)
        {
            _parts.AddSwap(Ddl.CommentOnConstraint(_parts.Named, constraint.Name, constraint.Comment));
        }
    }

    // Until completion, columns on both sides may go by other names than the new version's.
    private ForeignKey Stored(ForeignKey key)
    {
        var parent = key.Table.Schema == _schema ? _context.Before.Find(key.Table.Name) : null;
        return key with
        {
            Table = _context.Stored(key.Table),
            ReferencedColumns = parent is null ? key.ReferencedColumns : StoredNames(parent, key.ReferencedColumns),
            OnDeleteColumns = StoredNames(_parts.After, key.OnDeleteColumns),
        };
    }

    // Its unique index is built after the backfill, and without one the server takes no foreign key.
    private bool PointsAtCopy(ForeignKey key) =>
        key.Table.Schema == _schema && _context.Before.Find(key.Table.Name) is { } parent
        && key.ReferencedColumns.Any(name => parent.Find(name) is { } column && ReservedNames.IsNew(column));

    private static ImmutableArray<Identifier> StoredNames(TableSnapshot table, ImmutableArray<Identifier> names) =>
        [.. names.Select(name => table.Find(name)!.StoredAs)];

    private void RenameColumnsOf(Identifier index, Server.Compiling.RewrittenDefinition built)
    {
        foreach (var column in _parts.After.Columns.Where(c => c.StoredAs != c.Name && built.IndexColumns.Contains(c.Name)))
        {
            _parts.AddSwap(Ddl.RenameIndexColumn(new TableName(_schema, index), column.StoredAs, column.Name));
        }
    }

    private Server.Compiling.RewrittenDefinitions Ask(PlanningContext context, TableSnapshot row, SourcePosition at) =>
        context.Ask(new RewriteDefinitions(row)
        {
            At = at,
            What = "type",
            CarriedOver = $"Constraint or index on column {_old.Name}",
            Checks = [.. _checks.Select(c => c.Definition)],
            Indexes = [.. _indexes.Select(i => i.Definition)],
        });

    // Two columns of one index may be changed in one migration: each makes a copy of it.
    private Identifier CopyOf(Identifier name) => ReservedNames.CopyOf(_parts.Column.StoredAs, name);
}
