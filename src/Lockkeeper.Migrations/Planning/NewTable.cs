using System.Collections.Immutable;
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

    /// <param name="context">What is known.</param>
    /// <param name="operation">What is to be created.</param>
    /// <param name="storedAs">The name that the table has until completion.</param>
    public NewTable(PlanningContext context, CreateTable operation, Identifier storedAs)
    {
        (_context, _operation) = (context, operation);
        var row = new TableSnapshot(operation.Name, [.. operation.Columns.Select(fields => Column(fields, storedAs))])
        {
            StoredAs = storedAs,
            Owner = context.Facts.Role,
            Comment = operation.Comment,
        };
        var constraints = new NewTableConstraints(context, operation, row);
        Constraints = constraints;
        Elements = [.. operation.Columns.Zip(row.Columns, (fields, column) => Element(row, fields, column)), .. constraints.Elements];
        Table = Printed(row, constraints);
    }

    public NewTableConstraints Constraints { get; }

    /// <summary>Columns and constraints, each as it stands between the parentheses.</summary>
    public ImmutableArray<string> Elements { get; }

    /// <summary>What the catalog will say.</summary>
    public TableSnapshot Table { get; }

    private ColumnSnapshot Column(ColumnFields fields, Identifier storedAs)
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
            ? FreeNames.Sequence(_context, _operation.Name, fields.Name, inTheEnd: storedAs != _operation.Name, fields.Source.Of("type"))
            : (TableName?)null;
        var filled = sequence is not null || fields.PrimaryKey
            || _operation.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey && c.Columns.Contains(fields.Name));
        return new ColumnSnapshot(fields.Name, described.Type, fields.Nullable && !filled)
        {
            Default = integer is null ? described.Default : OwnedNames.NextValue(_context, sequence!.Value, fields.Source.Of("type")),
            Identity = identity,
            Generated = fields.Generated?.Expression,
            IsVirtual = GeneratedColumn.IsVirtual(_context, fields.Generated),
            Comment = fields.Comment,
            OwnedSequence = sequence,
        };
    }

    private static string Element(TableSnapshot table, ColumnFields fields, ColumnSnapshot column)
    {
        var generated = column switch
        {
            { Generated: { } expression } => $" GENERATED ALWAYS AS ({expression}\n) {(column.IsVirtual ? "VIRTUAL" : "STORED")}",
            { Identity: ColumnIdentity.None } => "",
            _ => $" GENERATED {(column.Identity == ColumnIdentity.Always ? "ALWAYS" : "BY DEFAULT")} AS IDENTITY"
                + (fields.Generated?.SequenceOptions is { Length: > 0 } options ? $" ({options})" : ""),
        };
        var type = SerialTypes.IntegerOf(fields.Type) is null ? column.Type : fields.Type;
        var isDefaulted = fields.Default is not null && column.Default is not null;
        // Since 18 it is a constraint, and would be named after a name that the table has only until completion.
        var notNull = table.StoredAs == table.Name ? "NOT NULL" : $"CONSTRAINT {OwnedNames.NotNull(table.Name, column.Name)} NOT NULL";
        return $"{column.Name} {type}{(column.Nullable ? "" : $" {notNull}")}{(isDefaulted ? $" DEFAULT {column.Default}" : "")}{generated}";
    }

    // The server prints expressions and index definitions in its own words.
    private TableSnapshot Printed(TableSnapshot row, NewTableConstraints constraints)
    {
        var generated = row.Columns.Where(c => c.Generated is not null).ToImmutableArray();
        var printed = _context.Ask(new RewriteDefinitions(row with { Columns = [.. row.Columns.Select(c => c with { Generated = null })] })
        {
            At = _operation.Source.Of("columns"),
            What = "check",
            Checks = [.. constraints.Texts.Select(c => c.Definition)],
            Indexes = [.. constraints.Keys.Select(key => key.Index)],
            Generated = [.. generated.Select(c => c.Generated!)],
        });
        var texts = constraints.Texts.Select((c, i) => c with { Columns = printed.Checks[i].Columns, Definition = printed.Checks[i].Definition });
        var keys = constraints.Keys.Select((key, i) => (key.Constraint.Name, Unique: true, printed.Indexes[i].Definition, printed.Indexes[i].Columns));
        var exclusions = constraints.Texts.Zip(printed.Checks).Where(c => c.First.Kind == ConstraintKind.Exclusion)
            .Select(c => (c.First.Name, Unique: false, c.Second.Index!.Definition, c.Second.Index.Columns));
        return row with
        {
            Columns =
            [
                .. row.Columns.Select(c => c.Generated is null ? c : c with { Generated = printed.Generated[generated.IndexOf(c)] }),
            ],
            Constraints = constraints.Keys.Select(key => key.Constraint).Concat(constraints.References).Concat(texts).InOrder(),
            Indexes = keys.Concat(exclusions).Select(index => new IndexSnapshot(index.Name, index.Unique, index.Definition, index.Columns)
            {
                BelongsToConstraint = true,
            }).InOrder(),
        };
    }
}
