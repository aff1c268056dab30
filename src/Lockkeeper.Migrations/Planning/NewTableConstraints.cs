using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The constraints of a table that is to be created, those of its columns and its own.</summary>
internal sealed class NewTableConstraints
{
    private const int FirstWithNullsNotDistinct = 15;

    private readonly PlanningContext _context;
    private readonly CreateTable _operation;
    private readonly TableSnapshot _row;
    private readonly List<(ConstraintSnapshot Constraint, string Index)> _keys = [];
    private readonly List<ConstraintSnapshot> _references = [];
    private readonly List<ConstraintSnapshot> _inline = [];
    private readonly List<ConstraintSnapshot> _texts = [];
    private readonly List<string> _elements = [];
    private readonly List<Step> _late = [];
    private readonly List<Step> _afterLate = [];
    private readonly List<Step> _swap = [];
    private readonly List<MadeWay> _madeWay = [];

    public NewTableConstraints(PlanningContext context, CreateTable operation, TableSnapshot row)
    {
        (_context, _operation, _row) = (context, operation, row);
        AddKeysOfColumns();
        foreach (var key in operation.Constraints.Where(c => c.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique))
        {
            AddKeyOfTable(key);
        }

        // A foreign key may point at a key of the table itself, so the keys come first.
        AddChecksAndReferencesOfColumns();
        foreach (var other in operation.Constraints.Where(c => c.Kind is not (ConstraintKind.PrimaryKey or ConstraintKind.Unique)))
        {
            AddOther(other);
        }
    }

    /// <summary>Each as it stands between the parentheses.</summary>
    public IEnumerable<string> Elements => _elements;

    /// <summary>Keys, each with what its index reads like after ON table.</summary>
    public IReadOnlyList<(ConstraintSnapshot Constraint, string Index)> Keys => _keys;

    public IEnumerable<ConstraintSnapshot> References => _references;

    /// <summary>Those of them that are made with the table.</summary>
    public IEnumerable<ConstraintSnapshot> InlineReferences => _inline;

    /// <summary>Foreign keys that point at what this migration makes unique.</summary>
    public ImmutableArray<Step> Late => [.. _late];

    public ImmutableArray<Step> AfterLate => [.. _afterLate];

    /// <summary>Gives keys the names that others have until the swap.</summary>
    public ImmutableArray<Step> Swap => [.. _swap];

    public ImmutableArray<MadeWay> MadeWay => [.. _madeWay];

    /// <summary>Checks and exclusion constraints, as the user wrote them.</summary>
    public ImmutableArray<ConstraintSnapshot> Texts => [.. _texts];

    private TableSnapshot Self => _row with { Constraints = [.. _keys.Select(key => key.Constraint)] };

    private void AddKeysOfColumns()
    {
        var primary = _operation.Columns.Where(c => c.PrimaryKey).Select(c => c.Name).ToImmutableArray();
        if (!primary.IsEmpty)
        {
            var at = _operation.Columns.First(c => c.PrimaryKey).Source.Of("pk");
            AddKey(
                FreeNames.PrimaryKey(_context, _operation.Name, at), new KeyConstraint(ConstraintKind.PrimaryKey, primary), IndexParameterFields.None, at);
        }

        // The server makes one index of a primary key and a unique constraint of the same column, the key's (transformIndexConstraints in parse_utilcmd.c).
        foreach (var column in _operation.Columns.Where(c => c.Unique && !(primary is [var key] && key == c.Name)))
        {
            var at = column.Source.Of("unique");
            AddKey(
                FreeNames.UniqueConstraint(_context, _operation.Name, column.Name, at), new KeyConstraint(ConstraintKind.Unique, [column.Name]),
                IndexParameterFields.None, at);
        }
    }

    private void AddKeyOfTable(ConstraintFields fields)
    {
        RefuseColumns(fields.Columns.Concat(fields.Index.Include), fields.Source.Of("columns"));
        if (fields.Kind == ConstraintKind.PrimaryKey)
        {
            Self.RefuseSecondPrimaryKey(fields.Source.Of("type"));
        }

        if (fields.NullsNotDistinct)
        {
            _context.RefuseOlder(FirstWithNullsNotDistinct, fields.Source.Of("nulls_not_distinct"), "A unique constraint to which nulls are equal");
        }

        AddKey(fields.Name, fields.Key, fields.Index, fields.Source.Of("name"));
    }

    private void AddKey(Identifier name, KeyConstraint key, IndexParameterFields index, SourcePosition at)
    {
        RefuseName(name, at);
        var now = IndexName(name, at);
        var definition = key with { Deferrable = false, InitiallyDeferred = false };
        var place = index.Tablespace is { } tablespace ? $" USING INDEX TABLESPACE {tablespace}" : "";
        _elements.Add($"CONSTRAINT {now} {definition.Definition}{index.With}{place}{key.Timing}");
        _keys.Add((ConstraintSnapshot.Of(name, key), KeyIndex.Definition(key, index)));
    }

    private void AddChecksAndReferencesOfColumns()
    {
        foreach (var column in _operation.Columns)
        {
            if (column.Check is { } check)
            {
                AddText(check.Name, ConstraintKind.Check, check.Definition, check.Source.Of("name"), "");
            }

            if (column.References is { } reference)
            {
                AddReference(reference.Name, [column.Name], reference.Resolve(_context, Self), reference.Source.Of("name"));
            }
        }
    }

    private void AddOther(ConstraintFields fields)
    {
        switch (fields.Kind)
        {
            case ConstraintKind.Check:
                var check = new CheckFields(fields.Name, fields.Check!, fields.NoInherit);
                AddText(check.Name, ConstraintKind.Check, check.Definition, fields.Source.Of("name"), "");
                break;
            case ConstraintKind.Exclusion:
                var now = IndexName(fields.Name, fields.Source.Of("name"));
                AddText(
                    fields.Name, ConstraintKind.Exclusion, fields.Exclude!.Definition(fields.Index), fields.Source.Of("name"), fields.Key.Timing, now);
                break;
            default:
                RefuseColumns(fields.Columns, fields.Source.Of("columns"));
                _context.RefuseSetColumns(
                    fields.Columns, fields.References!.OnDeleteSetColumns, fields.References.Source.Of("on_delete_set_columns"));
                AddReference(fields.Name, fields.Columns, fields.Resolve(_context, Self), fields.Source.Of("name"));
                break;
        }
    }

    private void AddText(Identifier name, ConstraintKind kind, string definition, SourcePosition at, string timing, Identifier? now = null)
    {
        RefuseName(name, at);
        _elements.Add($"CONSTRAINT {now ?? name} {definition}{timing}");
        _texts.Add(new ConstraintSnapshot(name, kind, [], definition + timing));
    }

    private void AddReference(
        Identifier name, ImmutableArray<Identifier> columns, ResolvedReference reference, SourcePosition at)
    {
        RefuseName(name, at);
        if (reference.IsLate)
        {
            var stored = _context.Stored(_row);
            _late.Add(Ddl.AddForeignKeyNotValid(stored, name, columns, reference.Stored));
            _afterLate.Add(Ddl.Validate(stored, name, reference.Stored.Table));
        }
        else
        {
            _elements.Add($"CONSTRAINT {name} {reference.Stored.Definition(columns)}");
            _inline.Add(ConstraintSnapshot.Of(name, columns, reference.Final));
        }

        _references.Add(ConstraintSnapshot.Of(name, columns, reference.Final));
    }

    // The constraint bears its index's name.
    private Identifier IndexName(Identifier name, SourcePosition at)
    {
        var now = _context.IndexName(name, at);
        var ways = TakenNames.Ways(now, name);
        _madeWay.AddRange(ways);
        _swap.AddRange(TakenNames.Steps(_context.Schema, ways));
        _swap.AddRange(ways.Select(_ => Ddl.RenameConstraint(_context.Named(_row), now, name, "the constraint gets the name that is free by now")));
        return now;
    }

    private void RefuseName(Identifier name, SourcePosition at) =>
        (Self with { Constraints = [.. Self.Constraints, .. _references, .. _texts] }).RefuseConstraint(name, at);

    private void RefuseColumns(IEnumerable<Identifier> columns, SourcePosition at)
    {
        foreach (var column in columns)
        {
            _row.Column(column, at);
        }
    }
}
