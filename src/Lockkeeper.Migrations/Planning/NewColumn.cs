using System.Collections.Immutable;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// Collects the statements that bring a column into a table in use: under a name of its own while both versions serve, with constraints that
/// are checked for new writes at once and for old rows later, and with indexes that are built after the backfill.
/// </summary>
/// <remarks>Used while one operation plans itself; it asks the server through the context and changes nothing but itself.</remarks>
internal sealed class NewColumn
{
    private readonly PlanningContext _context;
    private readonly List<Step> _expand = [];
    private readonly List<Step> _afterBackfill = [];
    private readonly List<Step> _late = [];
    private readonly List<Step> _validate = [];
    private readonly List<Step> _swap = [];
    private readonly List<Step> _afterLate = [];
    private readonly List<Dependents.Dependent> _views = [];
    private readonly List<ConstraintSnapshot> _constraints = [];
    private readonly List<IndexSnapshot> _indexes = [];
    private readonly List<MadeWay> _madeWay = [];

    /// <param name="context">What is known.</param>
    /// <param name="before">The table without the column.</param>
    /// <param name="after">The table with it.</param>
    /// <param name="column">The column: its name in the new version, and the one that it is stored under.</param>
    public NewColumn(PlanningContext context, TableSnapshot before, TableSnapshot after, ColumnSnapshot column)
    {
        _context = context;
        Before = before;
        After = after;
        Column = column;
    }

    public TableSnapshot Before { get; }

    public TableSnapshot After { get; }

    public ColumnSnapshot Column { get; }

    /// <summary>The table while both versions serve.</summary>
    public TableName Stored => _context.Stored(Before);

    /// <summary>The table when this operation's part of completion runs.</summary>
    public TableName Named => _context.Named(Before);

    public ImmutableArray<Step> Expand => [.. _expand];

    public ImmutableArray<Step> AfterBackfill => [.. _afterBackfill];

    public ImmutableArray<Step> Late => [.. _late];

    public ImmutableArray<MadeWay> MadeWay => [.. _madeWay];

    public ImmutableArray<Step> Validate => [.. _validate];

    public ImmutableArray<Step> Swap => [.. _swap];

    /// <summary>Starting, once what points at copies is there.</summary>
    public ImmutableArray<Step> AfterLate => [.. _afterLate];

    /// <summary>Users' views, with their rules and triggers, that go before the swap and are made again behind it.</summary>
    public ImmutableArray<Dependents.Dependent> Views => [.. _views];

    /// <summary>The row over which the server prints what will be there in the end.</summary>
    public TableSnapshot FinalRow => After with
    {
        StoredAs = After.Name,
        Columns = [.. After.Columns.Select(c => c.Completed())],
    };

    /// <summary>The new version's table, once this column has brought its constraints and indexes.</summary>
    public TableSnapshot Result => After with
    {
        Constraints = After.Constraints.AddRange(_constraints).InOrder(),
        Indexes = After.Indexes.AddRange(_indexes).InOrder(),
    };

    public void AddExpand(Step step) => _expand.Add(step);

    public void AddSwap(Step step) => _swap.Add(step);

    public void AddLate(Step step) => _late.Add(step);

    public void AddAfterLate(Step step) => _afterLate.Add(step);

    public void AddView(Dependents.Dependent view) => _views.Add(view);

    public void AddValidate(Step step) => _validate.Add(step);

    public void AddAfterBackfill(Step step) => _afterBackfill.Add(step);

    public void AddResult(ConstraintSnapshot constraint) => _constraints.Add(constraint);

    public void AddResult(IndexSnapshot index) => _indexes.Add(index);

    /// <summary>Adds the column itself, and the default that needs no rewrite.</summary>
    /// <param name="defaultNeedsRewrite">Whether the default is set apart, for new rows only.</param>
    /// <param name="purpose">Why.</param>
    /// <param name="generation">What makes the values of a generated column.</param>
    /// <param name="effect">What adding it does to the rows.</param>
    public void AddColumn(bool defaultNeedsRewrite, string purpose, string generation = "", StepEffect effect = StepEffect.CatalogOnly)
    {
        var inline = Column.Default is not null && !defaultNeedsRewrite;
        var collation = Column.Collation is null ? "" : $" COLLATE {Column.Collation}";
        var notNull = inline && !Column.Nullable ? $"{NotNullNames.Clause(_context, Before, Column)} NOT NULL" : "";
        AddExpand(Ddl.AddColumn(
            Stored, Column.StoredAs, $"{Column.Type}{collation}{(inline ? $" DEFAULT {Column.Default}" : "")}{notNull}{generation}", purpose) with
        {
            Effect = effect,
        });
        if (Column.Default is not null && defaultNeedsRewrite)
        {
            AddExpand(Ddl.SetDefault(
                Stored, Column.StoredAs, Column.Default, "a default of its own for each row: given to new rows only, so nothing is rewritten"));
        }

        if (Column.Comment is not null)
        {
            AddExpand(Ddl.CommentOnColumn(Stored, Column.StoredAs, Column.Comment));
        }

        foreach (var step in Ddl.Attributes(Stored, Column.StoredAs, Column, _context.Facts.MajorVersion))
        {
            AddExpand(step);
        }

        if (!Column.Nullable && !inline)
        {
            AddExpand(Ddl.AddCheckNotValid(
                Stored, NotNullCheck, $"CHECK ({Column.StoredAs} IS NOT NULL)", "NOT NULL for new writes, without reading the rows that are there"));
            AddValidate(Ddl.Validate(Stored, NotNullCheck));
        }
    }

    /// <summary>Gives the column its name, and NOT NULL by way of the validated check.</summary>
    public void AddRename()
    {
        AddName();
        AddNotNull();
    }

    /// <summary>Gives the column its name.</summary>
    public void AddName() => AddSwap(Ddl.RenameColumn(Named, Column.StoredAs, Column.Name, "the new column gets its name"));

    /// <summary>Gives the column NOT NULL by way of the validated check.</summary>
    /// <param name="named">The constraint that the old column had, which must be gone by now; null where the server is to choose the name.</param>
    public void AddNotNull(NamedNotNull? named = null)
    {
        if (!_validate.Exists(step => step == Ddl.Validate(Stored, NotNullCheck)))
        {
            return;
        }

        AddSwap(named is null ? Ddl.SetNotNull(Named, Column.Name) : Ddl.AddNotNull(Named, Column.Name, named));
        AddSwap(Ddl.DropConstraint(Named, NotNullCheck, "NOT NULL has taken its place"));
        if (named?.Comment is { } comment)
        {
            AddSwap(Ddl.CommentOnConstraint(Named, named.Name, comment));
        }
    }

    public void AddCheck(CheckFields check)
    {
        After.RefuseConstraint(check.Name, check.Source.Of("name"));
        var stored = _context.Ask(new RewriteDefinitions(After)
        {
            At = check.Source.Of("constraint"),
            What = "constraint",
            Checks = [check.Definition],
        }).Checks[0];
        var final = _context.Ask(new RewriteDefinitions(FinalRow)
        {
            At = check.Source.Of("constraint"),
            What = "constraint",
            Checks = [check.Definition],
        }).Checks[0];
        _context.RefuseRetyped(After, final.Columns, check.Source.Of("constraint"));
        var now = _context.ConstraintName(Before, check.Name);
        AddExpand(Ddl.AddCheckNotValid(
            Stored, now, stored.Definition, "new writes obey the check; the rows that are there are checked on completion"));
        AddValidate(Ddl.Validate(Stored, now));
        AddConstraintName(now, check.Name);
        AddResult(new ConstraintSnapshot(check.Name, ConstraintKind.Check, final.Columns, final.Definition));
    }

    public void AddReference(ReferenceFields reference)
    {
        After.RefuseConstraint(reference.Name, reference.Source.Of("name"));
        if (Before.IsPartitioned && _context.Facts.MajorVersion < 18)
        {
            throw Refusals.NotSupported(
                reference.Source.At, "Before PostgreSQL 18 a partitioned table cannot take a foreign key without checking every row at once.",
                "Add the foreign key to each partition, or by plain SQL.");
        }

        var resolved = reference.Resolve(_context);
        var now = _context.ConstraintName(Before, reference.Name);
        (resolved.IsLate ? _late : _expand).Add(Ddl.AddForeignKeyNotValid(Stored, now, [Column.StoredAs], resolved.Stored));
        AddValidate(Ddl.Validate(Stored, now, resolved.Stored.Table));
        AddConstraintName(now, reference.Name);
        AddResult(ConstraintSnapshot.Of(reference.Name, [Column.Name], resolved.Final));
    }

    /// <summary>A unique constraint on the column alone.</summary>
    public void AddUnique(Identifier name, Format.SourcePosition at)
    {
        After.RefuseConstraint(name, at);
        RefusePartitionedIndex(at);
        var now = _context.IndexName(name, at);
        AddAfterBackfill(Ddl.CreateIndexConcurrently(
            Stored, now, unique: true, $"({Column.StoredAs})", "uniqueness, checked while writers go on"));
        var final = _context.Ask(new RewriteDefinitions(FinalRow) { At = at, What = "unique", Indexes = [$"USING btree ({Column.Name})"] })
            .Indexes[0];
        var key = new KeyConstraint(ConstraintKind.Unique, [Column.Name]);
        var ways = TakenNames.Ways(now, name);
        _madeWay.AddRange(ways);
        _swap.AddRange(TakenNames.Steps(_context.Schema, ways));
        AddSwap(Ddl.AddKeyUsingIndex(Named, name, key, now));
        AddSwap(Ddl.RenameIndexColumn(Named with { Name = name }, Column.StoredAs, Column.Name));
        AddResult(ConstraintSnapshot.Of(name, key));
        AddResult(new IndexSnapshot(name, true, final.Definition, final.Columns) { BelongsToConstraint = true });
    }

    public void RefusePartitionedIndex(Format.SourcePosition at) => Before.RefusePartitionedIndex(at);

    private void AddConstraintName(Identifier now, Identifier name)
    {
        if (now != name)
        {
            AddSwap(Ddl.RenameConstraint(Named, now, name, "the constraint gets the name that is free by now"));
        }
    }

    private Identifier NotNullCheck => ReservedNames.NotNullCheck(Column.StoredAs);
}
