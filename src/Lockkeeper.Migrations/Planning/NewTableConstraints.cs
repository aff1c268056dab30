using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

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
    private readonly List<ConstraintSnapshot> _texts = [];
    private readonly List<string> _elements = [];

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

    /// <summary>Checks and exclusion constraints, as the user wrote them.</summary>
    public ImmutableArray<ConstraintSnapshot> Texts => [.. _texts];

    private TableSnapshot Self => _row with { Constraints = [.. _keys.Select(key => key.Constraint)] };

    private void AddKeysOfColumns()
    {
        var primary = _operation.Columns.Where(c => c.PrimaryKey).Select(c => c.Name).ToImmutableArray();
        if (!primary.IsEmpty)
        {
            AddKey(
                OwnedNames.PrimaryKey(_operation.Name), new KeyConstraint(ConstraintKind.PrimaryKey, primary), IndexParameterFields.None,
                _operation.Columns.First(c => c.PrimaryKey).Source.Of("pk"));
        }

        foreach (var column in _operation.Columns.Where(c => c.Unique))
        {
            AddKey(
                OwnedNames.UniqueConstraint(_operation.Name, column.Name), new KeyConstraint(ConstraintKind.Unique, [column.Name]),
                IndexParameterFields.None, column.Source.Of("unique"));
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
        _context.RefuseIndexName(name, at);
        var definition = key with { Deferrable = false, InitiallyDeferred = false };
        var place = index.Tablespace is { } tablespace ? $" USING INDEX TABLESPACE {tablespace}" : "";
        _elements.Add($"CONSTRAINT {name} {definition.Definition}{index.With}{place}{key.Timing}");
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
                var (stored, final) = reference.Resolve(_context.Before, Self);
                AddReference(reference.Name, [column.Name], stored, final, reference.Source.Of("name"));
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
                _context.RefuseIndexName(fields.Name, fields.Source.Of("name"));
                AddText(fields.Name, ConstraintKind.Exclusion, fields.Exclude!.Definition(fields.Index), fields.Source.Of("name"), fields.Key.Timing);
                break;
            default:
                RefuseColumns(fields.Columns, fields.Source.Of("columns"));
                _context.RefuseSetColumns(
                    fields.Columns, fields.References!.OnDeleteSetColumns, fields.References.Source.Of("on_delete_set_columns"));
                var (stored, final) = fields.Resolve(_context.Before, Self);
                AddReference(fields.Name, fields.Columns, stored, final, fields.Source.Of("name"));
                break;
        }
    }

    private void AddText(Identifier name, ConstraintKind kind, string definition, SourcePosition at, string timing)
    {
        RefuseName(name, at);
        _elements.Add($"CONSTRAINT {name} {definition}{timing}");
        _texts.Add(new ConstraintSnapshot(name, kind, [], definition + timing));
    }

    private void AddReference(
        Identifier name, ImmutableArray<Identifier> columns, ForeignKey stored, ForeignKey final, SourcePosition at)
    {
        RefuseName(name, at);
        _elements.Add($"CONSTRAINT {name} {stored.Definition(columns)}");
        _references.Add(ConstraintSnapshot.Of(name, columns, final));
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
