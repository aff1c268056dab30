using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>A table that is to be created: the elements of its CREATE TABLE, and what the catalog will then say of it.</summary>
internal sealed class NewTable
{
    private readonly PlanningContext _context;
    private readonly CreateTable _operation;
    private readonly List<ConstraintSnapshot> _constraints = [];
    private readonly List<(Identifier Name, CheckFields Check)> _checks = [];
    private readonly List<string> _elements = [];

    public NewTable(PlanningContext context, CreateTable operation)
    {
        (_context, _operation) = (context, operation);
        var row = new TableSnapshot(operation.Name, [.. operation.Columns.Select(Column)]) { Comment = operation.Comment };
        _elements.AddRange(operation.Columns.Zip(row.Columns, Element));
        AddKeys();
        AddChecksAndReferences(row);
        Table = Printed(row);
    }

    /// <summary>Columns and constraints, each as it stands between the parentheses.</summary>
    public ImmutableArray<string> Elements => [.. _elements];

    /// <summary>What the catalog will say.</summary>
    public TableSnapshot Table { get; }

    private ColumnSnapshot Column(ColumnFields fields)
    {
        if (_operation.Columns.Count(c => c.Name == fields.Name) > 1)
        {
            throw Refusals.ColumnExists(fields.Source.Of("name"), _operation.Name, fields.Name);
        }

        var integer = SerialTypes.IntegerOf(fields.Type);
        var described = _context.Ask(new DescribeColumn(integer ?? fields.Type, fields.Default)
        {
            At = fields.Source.Of("type"),
            What = "type",
            DefaultAt = fields.Source.Of("default"),
        });
        var identity = fields.Generated?.Identity ?? ColumnIdentity.None;
        var sequence = integer is not null || identity != ColumnIdentity.None
            ? new TableName(_context.Schema, OwnedNames.Sequence(_operation.Name, fields.Name))
            : (TableName?)null;
        var filled = sequence is not null || fields.PrimaryKey;
        return new ColumnSnapshot(fields.Name, described.Type, fields.Nullable && !filled)
        {
            Default = integer is null ? described.Default : OwnedNames.NextValue(_context, sequence!.Value, fields.Source.Of("type")),
            Identity = identity,
            Generated = fields.Generated?.Expression,
            Comment = fields.Comment,
            OwnedSequence = sequence,
        };
    }

    private static string Element(ColumnFields fields, ColumnSnapshot column)
    {
        var generated = column switch
        {
            { Generated: { } expression } => $" GENERATED ALWAYS AS ({expression}\n) STORED",
            { Identity: ColumnIdentity.None } => "",
            _ => $" GENERATED {(column.Identity == ColumnIdentity.Always ? "ALWAYS" : "BY DEFAULT")} AS IDENTITY"
                + (fields.Generated?.SequenceOptions is { Length: > 0 } options ? $" ({options})" : ""),
        };
        var type = SerialTypes.IntegerOf(fields.Type) is null ? column.Type : fields.Type;
        var isDefaulted = fields.Default is not null && column.Default is not null;
        return $"{column.Name} {type}{(column.Nullable ? "" : " NOT NULL")}{(isDefaulted ? $" DEFAULT {column.Default}" : "")}{generated}";
    }

    private void AddKeys()
    {
        var primary = _operation.Columns.Where(c => c.PrimaryKey).Select(c => c.Name).ToImmutableArray();
        if (!primary.IsEmpty)
        {
            AddKey(
                ConstraintSnapshot.Of(OwnedNames.PrimaryKey(_operation.Name), new KeyConstraint(ConstraintKind.PrimaryKey, primary)),
                _operation.Columns.First(c => c.PrimaryKey).Source.Of("pk"));
        }

        foreach (var column in _operation.Columns.Where(c => c.Unique))
        {
            AddKey(
                ConstraintSnapshot.Of(
                    OwnedNames.UniqueConstraint(_operation.Name, column.Name), new KeyConstraint(ConstraintKind.Unique, [column.Name])),
                column.Source.Of("unique"));
        }
    }

    private void AddChecksAndReferences(TableSnapshot row)
    {
        foreach (var column in _operation.Columns)
        {
            if (column.Check is { } check)
            {
                _checks.Add((check.Name, check));
                _elements.Add($"CONSTRAINT {check.Name} {check.Definition}");
            }

            if (column.References is { } reference)
            {
                var self = row with { Constraints = [.. _constraints] };
                var (stored, final) = reference.Resolve(_context.Before, self);
                _elements.Add($"CONSTRAINT {reference.Name} {stored.Definition([column.Name])}");
                _constraints.Add(ConstraintSnapshot.Of(reference.Name, [column.Name], final));
            }
        }
    }

    private void AddKey(ConstraintSnapshot constraint, SourcePosition at)
    {
        _context.RefuseIndexName(constraint.Name, at);
        _elements.Add($"CONSTRAINT {constraint.Name} {constraint.Definition}");
        _constraints.Add(constraint);
    }

    // The server prints expressions and index definitions in its own words.
    private TableSnapshot Printed(TableSnapshot row)
    {
        var keys = _constraints.Where(c => c.Key is not null).ToImmutableArray();
        var generated = row.Columns.Where(c => c.Generated is not null).ToImmutableArray();
        var printed = _context.Ask(new RewriteDefinitions(row with { Columns = [.. row.Columns.Select(c => c with { Generated = null })] })
        {
            At = _operation.Source.Of("columns"),
            What = "check",
            Checks = [.. _checks.Select(c => c.Check.Definition)],
            Indexes = [.. keys.Select(k => $"USING btree ({string.Join(", ", k.Columns)})")],
            Generated = [.. generated.Select(c => c.Generated!)],
        });
        var checks = _checks.Select((c, i) => new ConstraintSnapshot(
            c.Name, ConstraintKind.Check, printed.Checks[i].Columns, printed.Checks[i].Definition));
        return row with
        {
            Columns =
            [
                .. row.Columns.Select(c => c.Generated is null ? c : c with { Generated = printed.Generated[generated.IndexOf(c)] }),
            ],
            Constraints = _constraints.Concat(checks).InOrder(),
            Indexes = keys.Select((k, i) => new IndexSnapshot(k.Name, true, printed.Indexes[i].Definition, printed.Indexes[i].Columns)
            {
                BelongsToConstraint = true,
            }).InOrder(),
        };
    }
}
