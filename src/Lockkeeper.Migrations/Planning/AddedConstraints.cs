using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// Collects the statements that give constraints to a table in use: new writes obey them at once, the rows that are there are looked at while
/// writers go on, and all of that in starting, so that a row that does not fit is found while everything can still be undone.
/// </summary>
/// <remarks>Used while one operation plans itself; it asks the server through the context and changes nothing but itself.</remarks>
internal sealed class AddedConstraints(PlanningContext context, TableSnapshot table)
{
    private const int FirstWithNullsNotDistinct = 15;
    private const int FirstWithForeignKeyNotValidOnPartitioned = 18;

    private readonly List<Step> _looks = [];
    private readonly List<Step> _expand = [];
    private readonly List<Step> _afterBackfill = [];
    private readonly List<Step> _late = [];
    private readonly List<Step> _afterLate = [];
    private readonly List<Step> _notNull = [];
    private readonly List<Step> _keys = [];
    private readonly List<MadeWay> _madeWay = [];
    private TableSnapshot _table = table;

    public ImmutableArray<Step> Looks => [.. _looks];

    public ImmutableArray<Step> Expand => [.. _expand];

    public ImmutableArray<Step> AfterBackfill => [.. _afterBackfill];

    public ImmutableArray<Step> Late => [.. _late];

    public ImmutableArray<Step> AfterLate => [.. _afterLate];

    public ImmutableArray<MadeWay> MadeWay => [.. _madeWay];

    /// <summary>What must come before a change of type in the swap: the checks that stand for NOT NULL would be made again with the type.</summary>
    public ImmutableArray<Step> NotNull => [.. _notNull];

    public ImmutableArray<Step> Keys => [.. _keys];

    public ImmutableArray<Step> Swap => [.. _notNull, .. _keys];

    /// <summary>The new version's table with what was added so far.</summary>
    public TableSnapshot Result => _table;

    private TableName Stored => context.Stored(_table);

    private TableName Named => context.Named(_table);

    private Offenders Offenders => new(_table, Stored);

    private TableSnapshot FinalRow => _table with { StoredAs = _table.Name, Columns = [.. _table.Columns.Select(c => c.Completed())] };

    public void AddCheck(Identifier name, string definition, bool noInherit, SourceMap source, string field)
    {
        _table.RefuseConstraint(name, source.Of("name"));
        if (noInherit && _table.IsPartitioned)
        {
            throw Refusals.NotSupported(
                source.Of("no_inherit"), $"Table {_table.Name} is partitioned: a check that partitions do not have would hold for no row.",
                "Leave \"no_inherit\" out.");
        }

        var stored = Printed(_table, definition, source.Of(field));
        var final = Printed(FinalRow, definition, source.Of(field));
        RefuseRetyped(final.Columns, source.Of(field));
        var offenders = Offenders.OfCheck(stored.Definition);
        var now = NameNow(name);
        Look(final.Columns, $"check {name}", offenders, "23514", Stored);
        Add(Ddl.AddCheckNotValid(Stored, now, stored.Definition, "new writes obey the check, whichever version they are of"), now, offenders);
        _afterBackfill.Add(Ddl.Validate(Stored, now) with { Offenders = offenders });
        Keep(new ConstraintSnapshot(name, ConstraintKind.Check, final.Columns, final.Definition));
    }

    public void AddReference(Identifier name, ImmutableArray<Identifier> columns, ResolvedReference reference, SourceMap source)
    {
        var (stored, final) = (reference.Stored, reference.Final);
        _table.RefuseConstraint(name, source.Of("name"));
        RefuseRetyped(columns, source.At);
        if (_table.IsPartitioned && context.Facts.MajorVersion < FirstWithForeignKeyNotValidOnPartitioned)
        {
            throw Refusals.NotSupported(
                source.At, "Before PostgreSQL 18 a partitioned table cannot take a foreign key without checking every row at once.",
                "Add the foreign key to each partition, or by plain SQL.");
        }

        context.RefuseSetColumns(columns, final.OnDeleteColumns, source.Of("references", "on_delete_set_columns"));
        var storedColumns = StoredNames(columns);
        var offenders = Offenders.OfReference(storedColumns, stored);
        var now = NameNow(name);
        if (reference.IsThere)
        {
            Look(columns, $"foreign key {name}", offenders, "23503", Stored, stored.Table);
        }

        (reference.IsLate ? _late : _expand).Add(Ddl.AddForeignKeyNotValid(Stored, now, storedColumns, stored));
        (reference.IsLate ? _afterLate : _afterBackfill).Add(Ddl.Validate(Stored, now, stored.Table) with { Offenders = offenders });
        Keep(ConstraintSnapshot.Of(name, columns, final));
    }

    public void AddKey(Identifier name, KeyConstraint key, IndexParameterFields index, SourceMap source)
    {
        var at = source.Of("name");
        _table.RefuseConstraint(name, at);
        _table.RefusePartitionedIndex(at);
        var now = context.IndexName(name, at);
        if (key.NullsNotDistinct)
        {
            context.RefuseOlder(FirstWithNullsNotDistinct, source.Of("nulls_not_distinct"), "A unique constraint to which nulls are equal");
        }

        if (key.Kind == ConstraintKind.PrimaryKey)
        {
            _table.RefuseSecondPrimaryKey(source.Of("type"));
            foreach (var column in key.Columns.Where(c => _table.Find(c)!.Nullable))
            {
                AddNotNull(column, source.Of("columns"));
            }
        }

        var stored = Built(_table, key, index, at);
        var final = Built(FinalRow, key, index, at);
        RetypedKeys.Refuse(context, _table, unique: true, final.Definition, final.Columns, at);
        var place = index.Tablespace is { } tablespace ? $" TABLESPACE {tablespace}" : "";
        var built = Named with { Name = name };
        _afterBackfill.Add(Ddl.CreateIndexConcurrently(
            Stored, now, unique: true, stored.Definition + place, "uniqueness, checked while writers go on") with
        {
            Offenders = Offenders.OfKey(StoredNames(key.Columns)),
            Undo = Ddl.DropIndexConcurrently(Stored, built with { Name = now }, $"take back index {name}"),
        });
        var ways = TakenNames.Ways(now, name);
        _madeWay.AddRange(ways);
        _keys.AddRange(TakenNames.Steps(context.Schema, ways));
        _keys.Add(Ddl.AddKeyUsingIndex(Named, name, key, now));
        _keys.AddRange(_table.Columns.Where(c => c.StoredAs != c.Name && stored.IndexColumns.Contains(c.Name))
            .Select(c => Ddl.RenameIndexColumn(built, c.StoredAs, c.Name)));
        Keep(ConstraintSnapshot.Of(name, key));
        _table = _table with
        {
            Indexes = _table.Indexes.Add(new IndexSnapshot(name, true, final.Definition, final.Columns) { BelongsToConstraint = true }).InOrder(),
        };
    }

    /// <summary>NOT NULL by way of a check: once that is validated, the server believes it without looking at the rows again.</summary>
    public void AddNotNull(Identifier name, SourcePosition at)
    {
        RefuseRetyped([name], at);
        var column = _table.Find(name)!;
        var check = ReservedNames.NotNullCheck(column.StoredAs);
        Look([name], $"NOT NULL of column {name}", Offenders.OfNotNull(column.StoredAs), "23502", Stored);
        Add(
            Ddl.AddCheckNotValid(Stored, check, $"CHECK ({column.StoredAs} IS NOT NULL)", "NOT NULL for new writes, whichever version they are of"),
            check, Offenders.OfNotNull(column.StoredAs));
        _afterBackfill.Add(Ddl.Validate(Stored, check) with { Offenders = Offenders.OfNotNull(column.StoredAs) });
        _notNull.Add(Ddl.SetNotNull(Named, column.Name));
        _notNull.Add(Ddl.DropConstraint(Named, check, "NOT NULL has taken its place"));
        _table = _table.With(name, column with { Nullable = false });
    }

    // The name may be one that something has until the swap, where the statements of operations before this one come first.
    private Identifier NameNow(Identifier name)
    {
        var now = context.ConstraintName(_table, name);
        if (now != name)
        {
            _keys.Add(Ddl.RenameConstraint(Named, now, name, "the constraint gets the name that is free by now"));
        }

        return now;
    }

    private void Look(ImmutableArray<Identifier> columns, string constraint, string offenders, string sqlState, params IEnumerable<TableName> tables)
    {
        if (Planning.Looks.AreThere(context, _table, columns))
        {
            _looks.Add(Planning.Looks.For(constraint, offenders, sqlState, tables));
        }
    }

    private void Add(Step step, Identifier constraint, string offenders) =>
        _expand.Add(step with { Undo = Ddl.TakeBackConstraint(Stored, constraint), Offenders = offenders });

    private void Keep(ConstraintSnapshot constraint) => _table = _table with { Constraints = _table.Constraints.Add(constraint).InOrder() };

    private ImmutableArray<Identifier> StoredNames(ImmutableArray<Identifier> names) => [.. names.Select(name => _table.Find(name)!.StoredAs)];

    private Server.Compiling.RewrittenDefinition Printed(TableSnapshot row, string check, SourcePosition at) =>
        context.Ask(new RewriteDefinitions(row) { At = at, What = "constraint", Checks = [check] }).Checks[0];

    private Server.Compiling.RewrittenDefinition Built(TableSnapshot row, KeyConstraint key, IndexParameterFields index, SourcePosition at) =>
        context.Ask(new RewriteDefinitions(row) { At = at, What = "constraint", Indexes = [KeyIndex.Definition(key, index)] }).Indexes[0];

    private void RefuseRetyped(ImmutableArray<Identifier> columns, SourcePosition at) => context.RefuseRetyped(_table, columns, at);
}
